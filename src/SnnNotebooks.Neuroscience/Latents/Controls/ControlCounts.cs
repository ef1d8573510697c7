using SnnNotebooks.Datasets.Synthetic;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>Recordings with nothing to find: what a method shows of them, it shows of anything.</summary>
public static class ControlCounts
{
    private const int Stream = 94;
    private const long NeuronsAtOnce = 64;

    /// <summary>Makes a control of a recording.</summary>
    /// <param name="counts">[trials, T, N].</param>
    /// <param name="kind">What it keeps and what it ends.</param>
    /// <param name="seed">Of the shifts and orders.</param>
    /// <param name="conditions">A condition for each trial, for <see cref="ControlKind.TrialShuffle"/>; null where all trials are
    /// alike.</param>
    /// <returns>Counts of the same shape; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The counts have other axes, or there is not one condition for each trial.</exception>
    public static Tensor Of(Tensor counts, ControlKind kind, int seed, IReadOnlyList<string>? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.dim() != 3 || counts.numel() == 0 || (conditions is not null && conditions.Count != counts.shape[0]))
        {
            throw new ArgumentException(
                $"Counts are [{string.Join(", ", counts.shape)}], with {conditions?.Count ?? 0} conditions; expected [trials, T, N] with "
                + "at least one of each, and a condition for each trial or none.", nameof(counts));
        }

        using var scope = NewDisposeScope();
        var draws = new SeededDraws(seed, Stream);
        var flat = counts.flatten(0, 1);
        var control = empty(flat.shape, dtype: counts.dtype, device: counts.device);
        var bins = (int)counts.shape[1];
        int[][] groups = conditions is null
            ? [[.. Enumerable.Range(0, (int)counts.shape[0])]]
            : [.. Enumerable.Range(0, conditions.Count).GroupBy(trial => conditions[trial]).Select(group => group.ToArray())];
        Tensor Changed(Tensor neuron) => kind switch
        {
            ControlKind.TimeShift => neuron.roll(draws.Below((int)neuron.shape[0]), 0),
            ControlKind.BinShuffle => neuron.index_select(0, Order(draws.Permutation((int)neuron.shape[0]))),
            ControlKind.TrialShuffle => neuron.reshape(-1, bins).index_select(0, Order(Within(groups, draws))).flatten(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of the controls."),
        };
        Tensor Order(int[] places) => tensor(Array.ConvertAll(places, place => (long)place), device: counts.device);
        for (var first = 0L; first < flat.shape[1]; first += NeuronsAtOnce)
        {
            using var some = NewDisposeScope();
            var own = Math.Min(NeuronsAtOnce, flat.shape[1] - first);
            var trains = flat.narrow(1, first, own).t().contiguous(); // a neuron's bins lie together
            control.narrow(1, first, own).copy_(stack([.. Enumerable.Range(0, (int)own).Select(neuron => Changed(trains[neuron]))], 1));
        }

        return control.view(counts.shape).MoveToOuterDisposeScope();
    }

    // the place of each trial is taken by one of its own group
    private static int[] Within(int[][] groups, SeededDraws draws)
    {
        var order = new int[groups.Sum(group => group.Length)];
        foreach (var group in groups)
        {
            int[] mixed = [.. group];
            draws.Shuffle(mixed.AsSpan());
            for (var i = 0; i < group.Length; i++)
            {
                order[group[i]] = mixed[i];
            }
        }

        return order;
    }
}
