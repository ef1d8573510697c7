using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>How a value becomes the time of its spike.</summary>
public enum LatencyCurve
{
    /// <summary>t = (T - 1) (1 - x)</summary>
    Linear,

    /// <summary>t = T - 1 - ln(alpha x + 1) with alpha = exp(T - 1) - 1</summary>
    Logarithmic,
}

/// <summary>Latency code: one spike for each input, the earlier the larger it is; the time is rounded, half to even.</summary>
public sealed class LatencyEncoder
{
    private readonly int period;
    private readonly LatencyCurve curve;

    /// <summary>Creates an encoder.</summary>
    /// <param name="period">T, time steps in which each input spikes once, at least 1.</param>
    /// <param name="curve">How a value becomes a time.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public LatencyEncoder(int period, LatencyCurve curve = LatencyCurve.Linear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        (this.period, this.curve) = (period, curve);
    }

    /// <summary>Encodes an input.</summary>
    /// <param name="input">Any shape, values in [0, 1].</param>
    /// <param name="steps">Time steps; the code repeats with its period. One period where none are given.</param>
    /// <returns>Spikes [steps, ...], 0 or 1, in the type of the input.</returns>
    /// <exception cref="ArgumentException">A value is outside [0, 1], or <paramref name="steps"/> below 1.</exception>
    public Tensor Encode(Tensor input, int? steps = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps ?? 1, 1);
        using var scope = NewDisposeScope();
        InRange.Check(input, 0, 1, nameof(LatencyEncoder));
        var time = curve == LatencyCurve.Linear
            ? ((1 - input) * (period - 1)).round()
            : (period - 1 - ((input * (Math.Exp(period - 1) - 1)) + 1).log()).round();
        var clock = arange(0, steps ?? period, dtype: input.dtype, device: input.device).remainder(period);
        return clock.reshape([-1, .. Enumerable.Repeat(1L, (int)input.dim())]).eq(time).to(input.dtype).MoveToOuterDisposeScope();
    }
}
