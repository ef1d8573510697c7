using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Comparisons of second moments of patterns, which squared Euclidean distances stand for.</summary>
internal static class SecondMoments
{
    private const double Enough = 1e-14; // of the search for scale and noise
    private const int MostSteps = 20000;

    public static double[][] Compare(RdmSet first, RdmSet second, RdmComparator comparator, Matrix<double>? covariance)
    {
        if (comparator == RdmComparator.NegativeRiemannian)
        {
            var noise = Referred(covariance ?? Matrix<double>.Build.DenseIdentity(first.StimulusCount));
            Matrix<double>[] fixedSides = [.. second.Rows.Select(row => Referenced(row, second.StimulusCount))];
            return [.. first.Rows.Select(row => Referenced(row, first.StimulusCount))
                .Select(moment => Array.ConvertAll(fixedSides, other => -Riemannian(moment, noise, other)))];
        }

        Matrix<double>[] others = [.. second.Rows.Select(row => Centred(row, second.StimulusCount))];
        return [.. first.Rows.Select(row => Centred(row, first.StimulusCount)).Select(moment => Array.ConvertAll(others, other =>
        {
            var (shared, a, b) = (Fidelity(moment, other), moment.Trace(), other.Trace());
            return comparator == RdmComparator.Bures ? shared / Math.Sqrt(a * b) : a + b - (2 * shared);
        }))];
    }

    /// <summary>H (-D/2) H with H = I - 11'/S.</summary>
    private static Matrix<double> Centred(double[] row, int stimuli)
    {
        var moment = Matrix<double>.Build.Dense(stimuli, stimuli);
        foreach (var ((i, j), distance) in RdmSet.PairsOf(stimuli).Zip(row))
        {
            moment[i, j] = moment[j, i] = -distance / 2;
        }

        var means = moment.RowSums() / stimuli;
        var mean = means.Average();
        return moment.MapIndexed((i, j, value) => value - means[i] - means[j] + mean);
    }

    /// <summary>
    /// tr sqrt(sqrt(A) B sqrt(A)), as the sum of singular values of sqrt(A) sqrt(B): roots of eigenvalues that are zero but for rounding
    /// would cost half of the digits.
    /// </summary>
    private static double Fidelity(Matrix<double> a, Matrix<double> b) => (Root(a) * Root(b)).Svd(computeVectors: false).S.Sum();

    private static Matrix<double> Root(Matrix<double> moment)
    {
        var own = moment.Evd(Symmetricity.Symmetric);
        return own.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(
            own.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 0)))) * own.EigenVectors.Transpose();
    }

    /// <summary>The second moment of patterns less the first stimulus': (d_0i + d_0j - d_ij) / 2.</summary>
    private static Matrix<double> Referenced(double[] row, int stimuli)
    {
        var moment = Matrix<double>.Build.Dense(stimuli - 1, stimuli - 1);
        foreach (var ((i, j), distance) in RdmSet.PairsOf(stimuli).Zip(row))
        {
            if (i == 0)
            {
                moment[j - 1, j - 1] = distance;
            }
            else
            {
                moment[i - 1, j - 1] = moment[j - 1, i - 1] = (row[i - 1] + row[j - 1] - distance) / 2;
            }
        }

        return moment;
    }

    /// <summary>The covariance of patterns less the first stimulus'.</summary>
    private static Matrix<double> Referred(Matrix<double> covariance) => Matrix<double>.Build.Dense(
        covariance.RowCount - 1, covariance.RowCount - 1,
        (i, j) => covariance[i + 1, j + 1] - covariance[i + 1, 0] - covariance[0, j + 1] + covariance[0, 0]);

    /// <summary>
    /// The least over s and t of sqrt(sum log^2 of the eigenvalues of e^s A + e^t noise relative to B); NaN where B has none.
    /// </summary>
    private static double Riemannian(Matrix<double> a, Matrix<double> noise, Matrix<double> b)
    {
        if (SquareMatrix.Cholesky(b) is not { } factor)
        {
            return double.NaN;
        }

        var inverse = factor.Inverse();
        var (turned, turnedNoise) = (inverse * a * inverse.Transpose(), inverse * noise * inverse.Transpose());
        double Distance(Vector<double> logs)
        {
            var values = Values((turned * Math.Exp(logs[0])) + (turnedNoise * Math.Exp(logs[1])));
            return Math.Sqrt(values.Sum(value => Math.Log(Math.Max(value, double.Epsilon)) is var log ? log * log : 0));
        }

        try
        {
            return new NelderMeadSimplex(Enough, MostSteps)
                .FindMinimum(ObjectiveFunction.Value(Distance), Vector<double>.Build.Dense(2)).FunctionInfoAtMinimum.Value;
        }
        catch (OptimizationException)
        {
            return double.NaN;
        }
    }

    private static IEnumerable<double> Values(Matrix<double> symmetric) =>
        ((symmetric + symmetric.Transpose()) / 2).Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real);
}
