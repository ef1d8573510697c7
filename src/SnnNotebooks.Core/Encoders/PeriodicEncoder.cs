using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>Plays a spike pattern again and again: step t is step t mod T of the pattern.</summary>
public sealed class PeriodicEncoder : IDisposable
{
    private readonly Tensor pattern;

    /// <summary>Copies the pattern.</summary>
    /// <param name="pattern">Spikes [T, ...], T at least 1.</param>
    /// <exception cref="ArgumentException">There is no time step.</exception>
    public PeriodicEncoder(Tensor pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.dim() < 1 || pattern.shape[0] < 1)
        {
            throw new ArgumentException(
                $"The pattern is [{string.Join(", ", pattern.shape)}]; expected [T, ...] with T of at least 1.", nameof(pattern));
        }

        this.pattern = pattern.clone().DetachFromDisposeScope();
    }

    /// <summary>Plays it from its start.</summary>
    /// <param name="steps">Time steps, at least 1.</param>
    /// <returns>Spikes [steps, ...].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public Tensor Encode(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = NewDisposeScope();
        var phase = arange(0, steps, dtype: ScalarType.Int64, device: pattern.device).remainder(pattern.shape[0]);
        return pattern.index_select(0, phase).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => pattern.Dispose();
}
