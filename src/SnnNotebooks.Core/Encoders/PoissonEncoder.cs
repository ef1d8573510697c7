using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>Rate code: at every time step each input fires with a probability that is its value, S = 1 where u is at most x, u uniform in [0, 1).</summary>
/// <param name="seed">Decides the spikes, apart from every other source of chance.</param>
public sealed class PoissonEncoder(int seed) : IDisposable
{
    private readonly Generator generator = new((ulong)seed);

    /// <summary>Encodes an input; every call draws anew.</summary>
    /// <param name="input">Any shape, values in [0, 1].</param>
    /// <param name="steps">T, at least 1.</param>
    /// <returns>Spikes [T, ...], 0 or 1, in the type of the input.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public Tensor Encode(Tensor input, int steps)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = NewDisposeScope();
        var chance = rand([steps, .. input.shape], dtype: input.dtype, generator: generator).to(input.device);
        return Fire(input, chance).MoveToOuterDisposeScope();
    }

    /// <summary>The code itself: S = 1 where chance is at most the input.</summary>
    internal static Tensor Fire(Tensor input, Tensor chance) => chance.le(input).to(input.dtype);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
