using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Maps measured responses to predicted ones. A ridge regression is linear in what it predicts, so this is made once and serves any
/// neurons.
/// </summary>
internal sealed class RidgePredictor : IDisposable
{
    private readonly IReadOnlyList<Fold> folds;

    private RidgePredictor(IReadOnlyList<Fold> folds) => this.folds = folds;

    /// <summary>
    /// In-sample or leave-one-out predictions from one fit, whose hat matrix gives both: y - e / (1 - h), exact for a free intercept.
    /// </summary>
    public static RidgePredictor Whole(Tensor x, RidgeOptions options)
    {
        using var scope = NewDisposeScope();
        var z = x - x.mean([0], keepdim: true);
        var hat = z.mm(Weights(z, options.Alpha)) + (1.0 / x.shape[0]);
        if (options.Validation == Validation.LeaveOneOut)
        {
            var own = hat.diagonal().clone();
            hat = (hat - own.diag()) / (1 - own).unsqueeze(1);
        }

        return new RidgePredictor([new Fold(null, null, hat.DetachFromDisposeScope())]);
    }

    /// <summary>Predictions of held-out stimuli, each fold from a fit without it.</summary>
    public static RidgePredictor HeldOut(Tensor x, IReadOnlyList<int[]> held, RidgeOptions options) =>
        new([.. held.Select(fold => Fit(x, fold, options))]);

    /// <summary>Predicts.</summary>
    /// <param name="measured">[S, N].</param>
    /// <returns>[S, N]; the caller disposes it.</returns>
    public Tensor Predict(Tensor measured)
    {
        if (folds is [{ Train: null, Test: null } whole])
        {
            return whole.Map.mm(measured);
        }

        using var scope = NewDisposeScope();
        var predicted = empty_like(measured);
        foreach (var fold in folds)
        {
            var seen = measured.index_select(0, fold.Train!);
            var mean = seen.mean([0], keepdim: true);
            predicted.index_copy_(0, fold.Test!, mean + fold.Map.mm(seen - mean));
        }

        return predicted.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var fold in folds)
        {
            fold.Train?.Dispose();
            fold.Test?.Dispose();
            fold.Map.Dispose();
        }
    }

    private static Fold Fit(Tensor x, int[] held, RidgeOptions options)
    {
        using var scope = NewDisposeScope();
        var test = tensor(held.Select(row => (long)row).ToArray());
        var train = tensor(Enumerable.Range(0, (int)x.shape[0]).Except(held).Select(row => (long)row).ToArray());
        var (seen, unseen) = (x.index_select(0, train), x.index_select(0, test));
        if (options.ReduceInsideFolds && x.shape[1] > options.Components)
        {
            var centre = options.Method == ReductionMethod.Principal
                ? seen.mean([0], keepdim: true)
                : zeros(1, x.shape[1], ScalarType.Float64);
            var (_, _, axes) = linalg.svd(seen - centre, fullMatrices: false);
            var first = axes.narrow(0, 0, Math.Min(options.Components, axes.shape[0])).t();
            (seen, unseen) = ((seen - centre).mm(first), (unseen - centre).mm(first));
        }

        var mean = seen.mean([0], keepdim: true);
        var map = (unseen - mean).mm(Weights(seen - mean, options.Alpha));
        return new Fold(train.DetachFromDisposeScope(), test.DetachFromDisposeScope(), map.DetachFromDisposeScope());
    }

    /// <summary>(Z'Z + alpha I)^-1 Z' [k, S] of centred components.</summary>
    private static Tensor Weights(Tensor z, double alpha)
    {
        using var scope = NewDisposeScope();
        return linalg.solve(z.t().mm(z) + (alpha * eye(z.shape[1], dtype: ScalarType.Float64)), z.t()).MoveToOuterDisposeScope();
    }

    /// <summary>One fit: its own and the held-out stimuli (none where it predicts all), and the map between them.</summary>
    private sealed record Fold(Tensor? Train, Tensor? Test, Tensor Map);
}
