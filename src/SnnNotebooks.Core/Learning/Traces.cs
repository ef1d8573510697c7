using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>Exponential traces of spikes.</summary>
internal static class Traces
{
    /// <summary>The next trace, keep * trace + spikes, owned by the rule; the former one is disposed.</summary>
    /// <exception cref="InvalidOperationException">The trace has another shape than the spikes.</exception>
    public static Tensor Leak(Tensor? trace, Tensor spikes, double keep)
    {
        if (trace is null)
        {
            return spikes.detach().clone().DetachFromDisposeScope();
        }

        if (!trace.shape.SequenceEqual(spikes.shape))
        {
            throw new InvalidOperationException(
                $"The rule holds traces of shape [{string.Join(", ", trace.shape)}] from earlier spikes, and these are "
                + $"[{string.Join(", ", spikes.shape)}]: call Reset() between inputs that do not continue each other.");
        }

        using var former = trace.to(spikes.dtype);
        var next = ((former * keep) + spikes).DetachFromDisposeScope();
        trace.Dispose();
        return next;
    }
}
