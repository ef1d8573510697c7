using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>The peri-stimulus time histogram: mean rate around an event, and how far the trials scatter.</summary>
public sealed class Psth : IDisposable
{
    private Psth(Tensor rate, Tensor standardError, double offset, double width)
    {
        (Rate, StandardError, Offset, Width) = (rate, standardError, offset, width);
    }

    /// <summary>[bins, N], float32: spikes per second, mean over trials.</summary>
    public Tensor Rate { get; }

    /// <summary>[bins, N], float32: standard error of that mean; NaN for a single trial.</summary>
    public Tensor StandardError { get; }

    /// <summary>When the first bin begins, in seconds after the event.</summary>
    public double Offset { get; }

    /// <summary>Seconds per bin.</summary>
    public double Width { get; }

    /// <summary>Aligns spikes to events and averages.</summary>
    /// <param name="units">The units.</param>
    /// <param name="events">When each event happens, in seconds; at least one.</param>
    /// <param name="offset">When the first bin begins, in seconds after the event.</param>
    /// <param name="width">Seconds per bin.</param>
    /// <param name="bins">How many bins.</param>
    /// <returns>The histogram; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no event, or as for <see cref="SpikeCounts.Aligned"/>.</exception>
    public static Psth Around(IReadOnlyList<NeuralUnit> units, ReadOnlyMemory<double> events, double offset, double width, int bins)
    {
        if (events.IsEmpty)
        {
            throw new ArgumentException("There is no event to align to; expected at least one.", nameof(events));
        }

        using var scope = NewDisposeScope();
        var rates = SpikeCounts.Aligned(units, events, offset, width, bins) / width;
        var error = events.Length > 1 ? rates.std(0) / Math.Sqrt(events.Length) : full_like(rates[0], double.NaN);
        return new Psth(rates.mean([0]).MoveToOuterDisposeScope(), error.MoveToOuterDisposeScope(), offset, width);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rate.Dispose();
        StandardError.Dispose();
    }
}
