using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// What single trials' noise adds to mean responses. It makes states longer and their fitted rotation slower (errors in variables): in
/// S M + M S = A - A' the noise of a state meets itself in S, and cancels in A - A', since its covariance from bin to bin is symmetric
/// where neurons' noise is independent.
/// </summary>
internal static class JpcaNoise
{
    /// <summary>
    /// The share of each plane's sum of squares that is noise: what trials of one condition differ by, over their number. A condition of
    /// one trial is taken to be as noisy as the others.
    /// </summary>
    /// <param name="trials">Which trials each condition has.</param>
    /// <param name="states">Those trials along the axes, [K, T, D], float64.</param>
    /// <param name="means">The conditions' means along the axes, [C, T, D], float64, as they are fitted.</param>
    /// <param name="common">Whether the mean over conditions was taken off them, and a part of the noise with it.</param>
    /// <returns>For each pair of axes; null where no condition has two trials.</returns>
    public static double[]? Shares(long[][] trials, Func<long[], Tensor> states, Tensor means, bool common)
    {
        var freedom = trials.Sum(own => own.Length - 1.0);
        if (freedom == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var (fitted, size) = (means.shape[1] - 1, means.shape[2]); // the last bin has no change
        Tensor noise = zeros(size, dtype: float64), all = zeros(size, dtype: float64);
        foreach (var own in trials.Where(own => own.Length > 1))
        {
            using var round = NewDisposeScope();
            var single = states(own).narrow(1, 0, fitted);
            var scatter = (single - single.mean([0], keepdim: true)).square().sum([0, 1]).cpu();
            all.add_(scatter);
            noise.add_(scatter / ((double)own.Length * (own.Length - 1)));
        }

        noise.add_(all / freedom * trials.Count(own => own.Length == 1));
        noise.mul_(common ? 1 - (1.0 / trials.Length) : 1);
        Tensor OfPlanes(Tensor axes) => axes.view(-1, 2).sum([1]);
        return (OfPlanes(noise) / OfPlanes(means.narrow(1, 0, fitted).square().sum([0, 1]).cpu())).Numbers<double>();
    }
}
