namespace SnnNotebooks.Datasets.Neural;

/// <summary>How a unit's response depends on a stimulus: mean and standard error over the trials of each of its values.</summary>
/// <param name="Name">The unit.</param>
/// <param name="Stimuli">The values, ascending.</param>
/// <param name="Means">Mean response to each.</param>
/// <param name="StandardErrors">Standard deviation (n - 1) over the root of the trials; NaN for a single trial.</param>
public sealed record TuningCurve(
    string Name, IReadOnlyList<double> Stimuli, IReadOnlyList<double> Means, IReadOnlyList<double> StandardErrors)
{
    /// <summary>The value with the strongest mean response; the lowest of several.</summary>
    public double Preferred => Stimuli[Means.Index().MaxBy(each => each.Item).Index];

    /// <summary>Groups trials by their stimulus.</summary>
    /// <param name="name">The unit.</param>
    /// <param name="stimuli">The value shown in each trial, finite.</param>
    /// <param name="responses">The response in each trial, finite, for example spikes per second.</param>
    /// <returns>The stimuli in ascending order, with the mean response and its standard error.</returns>
    /// <exception cref="ArgumentException">There is no trial, not one response for each, or a number that is not finite.</exception>
    public static TuningCurve Of(string name, IReadOnlyList<double> stimuli, IReadOnlyList<double> responses)
    {
        ArgumentNullException.ThrowIfNull(stimuli);
        ArgumentNullException.ThrowIfNull(responses);
        if (stimuli.Count == 0 || stimuli.Count != responses.Count || !stimuli.Concat(responses).All(double.IsFinite))
        {
            throw new ArgumentException(
                $"Unit {name}: {stimuli.Count} stimuli and {responses.Count} responses; expected a finite response for each of at least "
                + "one trial.", nameof(responses));
        }

        var groups = stimuli.Zip(responses).GroupBy(trial => trial.First, trial => trial.Second).OrderBy(group => group.Key).ToArray();
        var spreads = Array.ConvertAll(groups, SampleSpread.Of);
        return new TuningCurve(name, [.. groups.Select(group => group.Key)], [.. spreads.Select(spread => spread.Mean)],
            [.. spreads.Select(spread => spread.StandardError)]);
    }
}
