using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>
/// Whether nearby states move in different directions, as no smooth flow allows (A. Russo et al. 2018): Q(t) = max over t' of
/// |x'(t) - x'(t')|^2 / (|x(t) - x(t')|^2 + e), e a tenth of the states' variance. Low values speak for dynamics that run by themselves;
/// every state of every condition is compared with every other.
/// </summary>
public static class Tangling
{
    private const int Stream = 97;
    private const int RowsAtOnce = 64;
    private const double Softening = 0.1;

    /// <summary>Q of all states but the first and last of each trajectory; velocities are central differences.</summary>
    /// <param name="trajectories">[conditions, T, D], finite, T at least 3; means over trials, as single trials are noise.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <returns>[conditions, T - 2], in 1 / s^2.</returns>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, or the states do not vary.</exception>
    public static double[,] Of(Tensor trajectories, double binWidth)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var q = Highest(trajectories, binWidth, ratios => ratios.amax([1, 2]));
        var result = new double[trajectories.shape[0], trajectories.shape[1] - 2];
        Buffer.BlockCopy(q.Numbers<double>(), 0, result, 0, result.Length * sizeof(double));
        return result;
    }

    /// <summary>
    /// The 90th percentile of Q over all states of single trajectories, such as stretches of a recording without conditions, with its
    /// interval over trajectories.
    /// </summary>
    /// <param name="trajectories">[trajectories, T, D], as for <see cref="Of"/>.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <param name="draws">Of the bootstrap. Drawn trajectories are fewer different ones, so that less meets: the interval lies low where
    /// they are few.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>At least 0, with its interval.</returns>
    /// <exception cref="ArgumentException">As <see cref="Of"/>.</exception>
    public static Estimate Percentile90OfEach(Tensor trajectories, double binWidth, int draws = 200, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var highest = Highest(trajectories, binWidth, ratios => ratios.amax([2]));
        var count = trajectories.shape[0];
        var against = highest.view(count, -1, count); // [own, bin, other]
        var source = new SeededDraws(seed, Stream);
        double Drawn(long[] chosen)
        {
            using var draw = NewDisposeScope();
            return Percentile90(against.index_select(0, tensor(chosen)).index_select(2, tensor(chosen.Distinct().ToArray())).amax([2])
                .flatten().Numbers<double>());
        }

        return Estimate.Of(
            Drawn([.. Enumerable.Range(0, (int)count).Select(own => (long)own)]),
            Enumerable.Range(0, count > 1 ? draws : 0).Select(_ => Drawn(source.Indices((int)count, (int)count))));
    }

    /// <summary>The 90th percentile of Q over all states of the mean trajectories, with its interval over trials.</summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="conditions">A condition for each trial; null where all are of one.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <param name="draws">Of the bootstrap; trials are drawn within their condition. Means of drawn trials are rougher than the mean
    /// of all, so the interval lies high where trials are few.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>At least 0, with its interval.</returns>
    /// <exception cref="ArgumentException">As <see cref="Of"/>, or there is not one condition for each trial.</exception>
    public static Estimate Percentile90(
        Tensor latents, IReadOnlyList<string>? conditions, double binWidth, int draws = 200, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        var names = conditions ?? [.. Enumerable.Repeat(string.Empty, latents.dim() == 3 ? (int)latents.shape[0] : 0)];
        var groups = Enumerable.Range(0, names.Count).GroupBy(trial => names[trial]).Select(group => group.ToArray()).ToArray();
        var order = names.Distinct().ToArray();
        var source = new SeededDraws(seed, Stream);
        double Drawn(int[]? trials)
        {
            using var scope = NewDisposeScope();
            var chosen = trials is null ? latents : latents.index_select(0, tensor(Array.ConvertAll(trials, trial => (long)trial)));
            var ofChosen = trials is null ? names : [.. trials.Select(trial => names[trial])];
            return Percentile90([.. Of(ConditionMeans.Of(chosen, ofChosen, order), binWidth).Cast<double>()]);
        }

        return Estimate.Of(
            Drawn(null),
            Enumerable.Range(0, draws).Select(_ => Drawn([.. groups.SelectMany(
                group => source.Indices(group.Length, group.Length).Select(place => group[(int)place]))])));
    }

    private static double Percentile90(double[] q)
    {
        Array.Sort(q);
        return q[(int)Math.Ceiling(0.9 * q.Length) - 1];
    }

    /// <summary>
    /// What is highest of the ratios of each state [some states, trajectories, T - 2], for all states [conditions * (T - 2), ...].
    /// </summary>
    private static Tensor Highest(Tensor trajectories, double binWidth, Func<Tensor, Tensor> highest)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        if (trajectories.dim() != 3 || trajectories.numel() == 0 || trajectories.shape[1] < 3 || !(binWidth > 0))
        {
            throw new ArgumentException(
                $"Trajectories are [{string.Join(", ", trajectories.shape)}] in bins of {binWidth} s; expected [conditions, T, D] with at "
                + "least 3 bins of positive width.", nameof(trajectories));
        }

        var values = trajectories.detach().cpu().to(float64);
        var inner = values.shape[1] - 2;
        var states = values.narrow(1, 1, inner).flatten(0, 1);
        var velocities = ((values.narrow(1, 2, inner) - values.narrow(1, 0, inner)) / (2 * binWidth)).flatten(0, 1);
        var softening = Softening * (states - states.mean([0])).square().sum([1]).mean();
        if (!(softening.ToDouble() is > 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException("States do not vary, or are not finite; expected finite ones that vary.", nameof(trajectories));
        }

        var found = new List<Tensor>();
        for (long first = 0; first < states.shape[0]; first += RowsAtOnce)
        {
            using var rows = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, states.shape[0] - first);
            Tensor Distances(Tensor of) => PairDistances.Between(of.narrow(0, first, count), of).square();
            var ratios = Distances(velocities) / (Distances(states) + softening);
            found.Add(highest(ratios.view(count, values.shape[0], inner)).MoveToOuterDisposeScope());
        }

        return cat(found);
    }
}
