using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>How a value becomes the time of its spike.</summary>
public enum LatencyCurve
{
    /// <summary>t = (T - 1) (1 - x)</summary>
    Linear,

    /// <summary>t = T - 1 - ln(alpha x + 1) with alpha = exp(T - 1) - 1; for large T this is -ln x, and T - 1 at 0.</summary>
    Logarithmic,
}

/// <summary>Latency code: one spike for each input, the earlier the larger it is; the time is rounded, half to even.</summary>
public sealed class LatencyEncoder
{
    private readonly EncoderInput domain = new(0, 1, nameof(LatencyEncoder));
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
    /// <param name="input">Any shape, floating point, values in [0, 1].</param>
    /// <param name="steps">Time steps; the code repeats with its period. One period where none are given.</param>
    /// <returns>Spikes [steps, ...], 0 or 1, in the type of the input.</returns>
    /// <exception cref="ArgumentException">The input is not floating-point, a value is outside [0, 1], or <paramref name="steps"/> below
    /// 1.</exception>
    public Tensor Encode(Tensor input, int? steps = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps ?? 1, 1);
        using var scope = NewDisposeScope();
        var values = domain.Checked(input);
        var time = (curve == LatencyCurve.Linear ? (1 - values) * (period - 1) : Logarithmic(values.to(ScalarType.Float64))).round()
            .to(ScalarType.Int64);
        var clock = arange(0, steps ?? period, dtype: ScalarType.Int64, device: input.device).remainder(period);
        return clock.reshape([-1, .. Enumerable.Repeat(1L, (int)input.dim())]).eq(time).to(input.dtype).MoveToOuterDisposeScope();
    }

    // exp(T - 1) overflows from T = 90 on (float32): ln(alpha x + 1) = T - 1 + ln(x + (1 - x) exp(1 - T)), the sum taken of logarithms
    private Tensor Logarithmic(Tensor values) => logaddexp(values.log(), (1 - values).log() - (period - 1)).neg();
}
