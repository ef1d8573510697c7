using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>How the covariance of noise is estimated.</summary>
public enum CovarianceEstimate
{
    /// <summary>The sample's; of fewer residuals than channels it has no inverse.</summary>
    Full,

    /// <summary>Variances only.</summary>
    Diagonal,

    /// <summary>Shrunk towards the mean variance times the identity (O. Ledoit, M. Wolf, 2004, J. Multivariate Analysis 88).</summary>
    ShrunkToIdentity,

    /// <summary>Shrunk towards the variances (J. Schäfer, K. Strimmer, 2005, Stat. Appl. Genet. Mol. Biol. 4).</summary>
    ShrunkToDiagonal,
}

/// <summary>Covariance of measurement noise over channels, and its inverse, which distances take. As in rsatoolbox (f1f83cad).</summary>
public static class NoiseCovariance
{
    /// <summary>From residuals.</summary>
    /// <param name="residuals">[O, N], finite; each channel's mean is taken off.</param>
    /// <param name="estimate">How.</param>
    /// <param name="freedom">Degrees of freedom; O - 1 where null.</param>
    /// <returns>[N, N], float64; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, or a channel does not vary.</exception>
    public static Tensor OfResiduals(
        Tensor residuals, CovarianceEstimate estimate = CovarianceEstimate.ShrunkToDiagonal, int? freedom = null)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        var all = new Observations(residuals, [.. Enumerable.Repeat(0, (int)residuals.shape[0])]);
        return Estimate(all, estimate, freedom).ToTensor();
    }

    /// <summary>From what is left of measurements without their conditions' means.</summary>
    /// <param name="observations">Conditions shown more than once.</param>
    /// <param name="estimate">How.</param>
    /// <param name="freedom">Degrees of freedom; observations less conditions where null.</param>
    /// <returns>[N, N], float64; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No condition was shown twice, or a channel does not vary.</exception>
    public static Tensor OfMeasurements(
        Observations observations, CovarianceEstimate estimate = CovarianceEstimate.ShrunkToDiagonal, int? freedom = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return Estimate(observations, estimate, freedom).ToTensor();
    }

    /// <summary>The inverse: the precision that distances take.</summary>
    /// <param name="covariance">[N, N], symmetric and positive definite.</param>
    /// <returns>[N, N], float64; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">It is no such matrix.</exception>
    public static Tensor Precision(Tensor covariance) => SquareMatrix.PositiveDefinite(covariance, "covariance").Inverse().ToTensor();

    private static Matrix<double> Estimate(Observations observations, CovarianceEstimate estimate, int? freedom)
    {
        var (rows, natural) = observations.Residuals();
        var dof = freedom ?? natural;
        if (dof < 1)
        {
            throw new ArgumentException(
                $"There are {dof} degrees of freedom; the covariance of noise needs at least one: repeat a condition.");
        }

        double count = rows.Length;
        var x = Matrix<double>.Build.DenseOfRowArrays(rows);
        var products = x.TransposeThisAndMultiply(x);
        if (estimate != CovarianceEstimate.Full && products.Diagonal().Exists(variance => variance <= 0))
        {
            throw new ArgumentException("A channel does not vary: it has no noise to weigh by. Leave it out.");
        }

        // the variance of an entry needs the products of squares
        Matrix<double> Squares() => x.PointwiseMultiply(x).TransposeThisAndMultiply(x.PointwiseMultiply(x));
        return estimate switch
        {
            CovarianceEstimate.Full => products / dof,
            CovarianceEstimate.Diagonal => Matrix<double>.Build.DenseOfDiagonalVector(products.Diagonal() / dof),
            CovarianceEstimate.ShrunkToIdentity => ToIdentity(products / count, Squares() / count, count) * (count / dof),
            CovarianceEstimate.ShrunkToDiagonal => ToDiagonal(products, Squares(), count, dof),
            _ => throw new ArgumentOutOfRangeException(nameof(estimate), estimate, null),
        };
    }

    private static Matrix<double> ToIdentity(Matrix<double> sample, Matrix<double> squares, double count)
    {
        var mean = sample.Trace() / sample.RowCount;
        var target = Matrix<double>.Build.DenseDiagonal(sample.RowCount, mean);
        var distance = (sample - target).PointwisePower(2).RowSums().Sum();
        var error = Math.Min(distance, (squares - sample.PointwisePower(2)).RowSums().Sum() / count);
        var share = distance > 0 ? error / distance : 1;
        return (target * share) + (sample * (1 - share));
    }

    private static Matrix<double> ToDiagonal(Matrix<double> products, Matrix<double> squares, double count, double dof)
    {
        var sample = products / dof;
        var deviation = sample.Diagonal().PointwiseSqrt();
        var scale = deviation.OuterProduct(deviation);
        var mean = products.PointwiseDivide(scale) / (count - 1);
        var square = squares.PointwiseDivide(scale.PointwisePower(2)) / (count - 1);
        var variance = (square - mean.PointwisePower(2)) * (count / (dof * dof));
        double Others(Matrix<double> matrix) => matrix.RowSums().Sum() - matrix.Trace();
        var total = Others(mean.PointwisePower(2));
        var share = total > 0 ? Math.Clamp(Others(variance) / total, 0, 1) : 1;
        var shrunk = sample * (1 - share);
        shrunk.SetDiagonal(sample.Diagonal());
        return shrunk;
    }
}
