namespace SnnNotebooks.Datasets.Neural;

/// <summary>One sorted unit of a recording.</summary>
public sealed class NeuralUnit
{
    /// <summary>Takes over a unit.</summary>
    /// <param name="id">Its number in the recording.</param>
    /// <param name="area">The region it was recorded in, such as <c>VISp</c>; null where the recording does not say.</param>
    /// <param name="spikeTimes">Seconds, ascending; unsorted times are put into order in place.</param>
    /// <param name="quality">The sorter's figures.</param>
    /// <exception cref="DatasetException">A spike time is not a finite number.</exception>
    public NeuralUnit(long id, string? area, double[] spikeTimes, UnitQuality? quality = null)
    {
        ArgumentNullException.ThrowIfNull(spikeTimes);
        for (var i = 0; i < spikeTimes.Length; i++)
        {
            if (!double.IsFinite(spikeTimes[i]))
            {
                throw new DatasetException($"Unit {id} has {spikeTimes[i]} as the time of spike {i}; expected seconds.");
            }
        }

        if (!IsAscending(spikeTimes))
        {
            Array.Sort(spikeTimes);
        }

        (Id, Area, SpikeTimes, Quality) = (id, area, spikeTimes, quality ?? new UnitQuality());
    }

    /// <summary>Its number in the recording.</summary>
    public long Id { get; }

    /// <summary>The region it was recorded in; null where the recording does not say.</summary>
    public string? Area { get; }

    /// <summary>Seconds, ascending.</summary>
    public ReadOnlyMemory<double> SpikeTimes { get; }

    /// <summary>The sorter's figures.</summary>
    public UnitQuality Quality { get; }

    /// <summary>
    /// Whether it lies in a region or one of its layers: <c>VISp</c> takes <c>VISp</c>, <c>VISp2/3</c> and <c>VISp6a</c>, not <c>VISpm</c>.
    /// </summary>
    /// <param name="area">The region's acronym.</param>
    /// <returns>Whether it lies there.</returns>
    /// <exception cref="ArgumentException"><paramref name="area"/> is empty.</exception>
    public bool IsIn(string area)
    {
        ArgumentException.ThrowIfNullOrEmpty(area);
        return Area is not null && Area.StartsWith(area, StringComparison.Ordinal)
            && (Area.Length == area.Length || char.IsAsciiDigit(Area[area.Length]));
    }

    private static bool IsAscending(double[] times)
    {
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}
