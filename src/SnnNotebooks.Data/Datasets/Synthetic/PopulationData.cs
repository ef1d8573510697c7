using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>Trials of a population whose latent state is known: what latent models are tested on.</summary>
public sealed class PopulationData : IDisposable
{
    /// <summary>Takes over the tensors.</summary>
    /// <param name="counts">[trials, T, N], float32: spikes of each bin.</param>
    /// <param name="latents">[trials, T, D], float32: the true state, each dimension with mean 0 and deviation 1 over the whole set it was
    /// generated with.</param>
    /// <param name="rates">[trials, T, N], float32: the expected counts that the spikes were drawn from.</param>
    /// <param name="conditions">One number per trial: which trajectory, arc or stimulus it repeats.</param>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public PopulationData(Tensor counts, Tensor latents, Tensor rates, IReadOnlyList<int> conditions)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(conditions);
        if (counts.dim() != 3 || latents.dim() != 3 || !rates.shape.SequenceEqual(counts.shape) || latents.shape[0] != counts.shape[0]
            || latents.shape[1] != counts.shape[1] || conditions.Count != counts.shape[0])
        {
            throw new ArgumentException(
                $"Counts are [{string.Join(", ", counts.shape)}], rates [{string.Join(", ", rates.shape)}], latents "
                + $"[{string.Join(", ", latents.shape)}] and there are {conditions.Count} conditions; expected [trials, T, N] twice, "
                + "[trials, T, D] and one condition per trial.");
        }

        (Counts, Latents, Rates, Conditions) = (counts, latents, rates, conditions);
    }

    /// <summary>[trials, T, N], float32: spikes of each bin.</summary>
    public Tensor Counts { get; }

    /// <summary>[trials, T, D], float32: the true state.</summary>
    public Tensor Latents { get; }

    /// <summary>[trials, T, N], float32: the expected counts.</summary>
    public Tensor Rates { get; }

    /// <summary>Which trajectory, arc or stimulus each trial repeats.</summary>
    public IReadOnlyList<int> Conditions { get; }

    /// <summary>How many trials there are.</summary>
    public int Trials => (int)Counts.shape[0];

    /// <summary>Bins per trial.</summary>
    public int Steps => (int)Counts.shape[1];

    /// <summary>How many neurons there are.</summary>
    public int Neurons => (int)Counts.shape[2];

    /// <summary>Splits so that no condition is on both sides: the test trajectories were never seen.</summary>
    /// <param name="testConditions">How many conditions, the last ones, are for testing; at least one stays on either side.</param>
    /// <returns>Training and test trials, copied; the caller disposes both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many conditions.</exception>
    public (PopulationData Train, PopulationData Test) SplitByCondition(int testConditions)
    {
        var conditions = Conditions.Distinct().Order().ToArray();
        if (testConditions < 1 || testConditions >= conditions.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(testConditions), testConditions,
                $"There are {conditions.Length} conditions; expected 1 to {conditions.Length - 1} of them for testing.");
        }

        var first = conditions[^testConditions];
        return (Take(trial => Conditions[trial] < first), Take(trial => Conditions[trial] >= first));
    }

    /// <summary>Splits the trials at random, every condition in the same proportion.</summary>
    /// <param name="testFraction">The share for testing, between 0 and 1.</param>
    /// <param name="seed">Which trials.</param>
    /// <returns>Training and test trials, copied; the caller disposes both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction leaves one side empty.</exception>
    public (PopulationData Train, PopulationData Test) SplitByTrial(double testFraction, int seed)
    {
        var draws = new SeededDraws(seed, stream: 900);
        var test = new HashSet<int>();
        foreach (var trials in Enumerable.Range(0, Trials).GroupBy(trial => Conditions[trial]).Select(group => group.ToArray()))
        {
            draws.Shuffle(trials.AsSpan());
            test.UnionWith(trials[..(int)Math.Round(trials.Length * Math.Clamp(testFraction, 0, 1))]);
        }

        return test.Count > 0 && test.Count < Trials
            ? (Take(trial => !test.Contains(trial)), Take(test.Contains))
            : throw new ArgumentOutOfRangeException(
                nameof(testFraction), testFraction, $"This share of {Trials} trials leaves one side empty; expected, for example, 0.2.");
    }

    /// <summary>
    /// The control for methods that use time: the bins of each trial in an order of their own, counts, rates and latents alike.
    /// </summary>
    /// <param name="seed">Which order.</param>
    /// <returns>A shuffled copy; the caller disposes it.</returns>
    public PopulationData ShuffleTime(int seed)
    {
        using var scope = NewDisposeScope();
        var draws = new SeededDraws(seed, stream: 901);
        var order = tensor(Enumerable.Range(0, Trials).SelectMany(_ => draws.Permutation(Steps).Select(step => (long)step)).ToArray(),
            [Trials, Steps, 1]);
        Tensor Shuffled(Tensor values) => values.gather(1, order.expand(Trials, Steps, values.shape[2])).MoveToOuterDisposeScope();
        return new PopulationData(Shuffled(Counts), Shuffled(Latents), Shuffled(Rates), Conditions);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Counts.Dispose();
        Latents.Dispose();
        Rates.Dispose();
    }

    private PopulationData Take(Func<int, bool> chosen)
    {
        var trials = Enumerable.Range(0, Trials).Where(chosen).ToArray();
        using var index = tensor(Array.ConvertAll(trials, trial => (long)trial));
        return new PopulationData(Counts.index_select(0, index), Latents.index_select(0, index), Rates.index_select(0, index),
            Array.ConvertAll(trials, trial => Conditions[trial]));
    }
}
