using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Regression of several responses on latent components (H. Wold's NIPALS, mode A, for several responses: PLS2), centred and not
/// scaled. The weights of a component are the first left singular vector of X'Y, by power iterations that begin and end as those of
/// scikit-learn's <c>PLSRegression(scale=False)</c> do (squared change below 1e-6, at most 500): they are no exact singular vectors, so
/// that only the same iterations give the same numbers. They run on X'Y alone, which is updated with each component.
/// </summary>
internal static class PartialLeastSquares
{
    private const double Tolerance = 1e-6;
    private const int MostIterations = 500;
    private const double Silent = 10 * 2.220446049250313e-16; // a residual below counts as zero, as in scikit-learn
    private const double Explained = 1e-13; // of the first X'Y: what is left below is rounding

    /// <summary>Fits seen stimuli and predicts others.</summary>
    /// <param name="x">Features of the seen stimuli [S, F].</param>
    /// <param name="y">Responses to them [S, N].</param>
    /// <param name="unseen">Features of the others [U, F].</param>
    /// <param name="components">How many components; fewer where nothing is left to explain.</param>
    /// <returns>Predicted responses [U, N]; the caller disposes them.</returns>
    public static Tensor Predict(Tensor x, Tensor y, Tensor unseen, int components)
    {
        using var scope = NewDisposeScope();
        var (meanX, meanY) = (x.mean([0], keepdim: true), y.mean([0], keepdim: true));
        (x, y, unseen) = (x - meanX, y - meanY, unseen - meanX);
        var predicted = meanY.repeat(unseen.shape[0], 1);
        var covariance = x.t().mm(y);
        var least = Explained * covariance.norm().item<double>();
        for (var component = 0; component < components && covariance.norm().item<double>() > least; component++)
        {
            using var step = NewDisposeScope();
            if (Weights(covariance, y) is not { } weights)
            {
                break;
            }

            var (scores, unseenScores) = (x.mv(weights), unseen.mv(weights));
            var length = scores.dot(scores);
            var (loadings, responses) = (x.t().mv(scores) / length, y.t().mv(scores) / length);
            predicted.add_(unseenScores.outer(responses));
            covariance.sub_((loadings * length).outer(responses));
            x.sub_(scores.outer(loadings));
            unseen.sub_(unseenScores.outer(loadings));
            y.sub_(scores.outer(responses));
        }

        return predicted.MoveToOuterDisposeScope();
    }

    /// <summary>The direction [F] of features that goes with the responses most, or null where no response is left.</summary>
    private static Tensor? Weights(Tensor covariance, Tensor y)
    {
        var varies = y.abs().amax([0]).ge(Silent).logical_and(covariance.ne(0).any(0)).Numbers<bool>();
        var start = Array.IndexOf(varies, true);
        if (start < 0)
        {
            return null;
        }

        var weights = Unit(covariance.select(1, start));
        var transposed = covariance.t();
        for (var iteration = 1; iteration < MostIterations; iteration++)
        {
            using var scope = NewDisposeScope();
            var next = Unit(covariance.mv(transposed.mv(weights)));
            var change = next - weights;
            weights.copy_(next);
            if (change.dot(change).item<double>() < Tolerance)
            {
                break;
            }
        }

        return weights;
    }

    private static Tensor Unit(Tensor vector) => vector / vector.norm();
}
