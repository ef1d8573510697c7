using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Delays a sequence: out[t] = in[t - steps], zeros before the first input. The state holds what is still on its way, [steps, N, ...].
/// </summary>
public sealed class Delay : StatefulLayer
{
    private readonly int steps;

    /// <summary>Creates a layer.</summary>
    /// <param name="steps">Delay in time steps, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public Delay(int steps)
        : base(nameof(Delay))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        this.steps = steps;
    }

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        var pending = Carried.OrZeros([steps, .. input.shape[1..]], input);
        var all = cat([pending, input], 0);
        Carried.Keep(all.narrow(0, input.shape[0], steps).clone());
        return all.narrow(0, 0, input.shape[0]);
    }
}
