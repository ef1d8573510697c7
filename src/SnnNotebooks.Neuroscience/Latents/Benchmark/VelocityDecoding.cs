using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>
/// How well a movement is read from rates, bin by bin (NLB's vel R2): ridge regression with intercept, its weight chosen among 10^-4 to 1
/// in nine steps by five unshuffled folds of the training bins, as scikit-learn does.
/// </summary>
public static class VelocityDecoding
{
    private const int Folds = 5;
    private static readonly double[] Ridges = [.. Enumerable.Range(0, 9).Select(step => Math.Pow(10, -4 + (step / 2.0)))];

    /// <summary>R2 on other trials, the mean over behaviours.</summary>
    /// <param name="trainRates">[trials, T, N] or [bins, N].</param>
    /// <param name="trainBehaviour">[trials, T, K] or [bins, K]; bins with NaN in the first are left out.</param>
    /// <param name="testRates">Rates of other trials.</param>
    /// <param name="testBehaviour">Their behaviour.</param>
    /// <returns>At most 1.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, fewer than five bins are left for training or two for the test, or a rate is
    /// not finite in a bin that counts.</exception>
    public static double R2(Tensor trainRates, Tensor trainBehaviour, Tensor testRates, Tensor testBehaviour)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Bins(trainRates, trainBehaviour, Folds);
        var (unseen, truth) = Bins(testRates, testBehaviour, 2);
        if (x.shape[1] != unseen.shape[1] || y.shape[1] != truth.shape[1])
        {
            throw new ArgumentException(
                $"Training has {x.shape[1]} neurons and {y.shape[1]} behaviours, the test {unseen.shape[1]} and {truth.shape[1]}.",
                nameof(testRates));
        }

        var best = Ridges.MaxBy(ridge => Validated(x, y, ridge));
        return Explained.R2(truth, Predicted(x, y, unseen, best));
    }

    private static double Validated(Tensor x, Tensor y, double ridge)
    {
        using var scope = NewDisposeScope();
        var (bins, start, sum) = (x.shape[0], 0L, 0.0);
        for (var fold = 0; fold < Folds; fold++)
        {
            var size = (bins / Folds) + (fold < bins % Folds ? 1 : 0);
            Tensor Others(Tensor of) => cat([of.narrow(0, 0, start), of.narrow(0, start + size, bins - start - size)], 0);
            sum += Explained.R2(y.narrow(0, start, size), Predicted(Others(x), Others(y), x.narrow(0, start, size), ridge));
            start += size;
        }

        return sum / Folds;
    }

    private static Tensor Predicted(Tensor x, Tensor y, Tensor unseen, double ridge)
    {
        var (centre, offset) = (x.mean([0]), y.mean([0]));
        var design = x - centre;
        var gram = design.t().mm(design) + (ridge * eye(x.shape[1], dtype: float64));
        return (unseen - centre).mm(linalg.solve(gram, design.t().mm(y - offset))) + offset;
    }

    private static (Tensor Rates, Tensor Behaviour) Bins(Tensor rates, Tensor behaviour, int fewest)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(behaviour);
        if (rates.dim() is not (2 or 3) || behaviour.dim() != rates.dim()
            || !rates.shape.AsSpan()[..^1].SequenceEqual(behaviour.shape.AsSpan()[..^1]))
        {
            throw new ArgumentException(
                $"Rates are [{string.Join(", ", rates.shape)}] and the behaviour [{string.Join(", ", behaviour.shape)}]; expected "
                + "[trials, T, N] and [trials, T, K].", nameof(behaviour));
        }

        var (x, y) = (rates.reshape(-1, rates.shape[^1]).to(float64), behaviour.reshape(-1, behaviour.shape[^1]).to(float64));
        var counted = y.select(1, 0).isnan().logical_not();
        (x, y) = (x[counted], y[counted]);
        return x.shape[0] >= fewest && x.isfinite().all().item<bool>() && y.isfinite().all().item<bool>()
            ? (x, y)
            : throw new ArgumentException(
                $"{x.shape[0]} bins have a behaviour; expected at least {fewest}, with finite rates and behaviours in all of them.",
                nameof(rates));
    }
}
