namespace SnnNotebooks.Datasets.Neural;

/// <summary>A recording session: sorted units and what was shown when.</summary>
public sealed class NeuralSession
{
    /// <summary>Takes over a session.</summary>
    /// <param name="id">What to call it.</param>
    /// <param name="units">The units, in the recording's order.</param>
    /// <param name="stimuli">Tables of presentations.</param>
    /// <exception cref="ArgumentException">Two tables have one name.</exception>
    public NeuralSession(string id, IReadOnlyList<NeuralUnit> units, IEnumerable<StimulusTable> stimuli)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(stimuli);
        (Id, Units, Stimuli) = (id, units, stimuli.ToDictionary(table => table.Name, StringComparer.Ordinal));
    }

    /// <summary>What to call it.</summary>
    public string Id { get; }

    /// <summary>The units, in the recording's order.</summary>
    public IReadOnlyList<NeuralUnit> Units { get; }

    /// <summary>Tables of presentations by name.</summary>
    public IReadOnlyDictionary<string, StimulusTable> Stimuli { get; }

    /// <summary>A table of presentations.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The table.</returns>
    /// <exception cref="DatasetException">There is none of this name; the message lists those there are.</exception>
    public StimulusTable Stimulus(string name) => Stimuli.TryGetValue(name, out var table)
        ? table
        : throw new DatasetException(
            $"Session {Id} has no table {name}; it has "
            + $"{(Stimuli.Count == 0 ? "none" : string.Join(", ", Stimuli.Keys.Order(StringComparer.Ordinal).Take(20)))}.");

    /// <summary>The same session with some of its units.</summary>
    /// <param name="chosen">Which units stay.</param>
    /// <returns>A session of the chosen units, in their order, with the same stimuli.</returns>
    public NeuralSession Where(Func<NeuralUnit, bool> chosen) => new(Id, [.. Units.Where(chosen)], Stimuli.Values);
}
