using System.Collections.Concurrent;
using SnnNotebooks.Datasets.Events;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>What becomes of files that turn out to be damaged while an epoch runs: they stop it, or are left out and counted.</summary>
/// <param name="skips">Whether they are left out.</param>
public sealed class DamageLog(bool skips)
{
    private readonly ConcurrentDictionary<string, bool> reasons = new(StringComparer.Ordinal);

    /// <summary>One sentence for each damaged file met so far, in ordinal order.</summary>
    public IReadOnlyList<string> Reasons => [.. reasons.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads something; null where it is damaged and left out.</summary>
    /// <exception cref="DatasetException">It is damaged; the message says how to leave such files out.</exception>
    internal T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception damage) when (damage is DatasetException or EventFileException or FileNotFoundException or EndOfStreamException)
        {
            if (!skips)
            {
                throw new DatasetException(
                    $"{damage.Message.TrimEnd('.')}. Get the file again, or leave damaged files out with --skip-damaged.", damage);
            }

            reasons.TryAdd(damage.Message, true);
            return null;
        }
    }
}
