using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>Quantizers for training: rounded forward, passed straight through backward.</summary>
public static class Quantizers
{
    /// <summary>To the nearest whole number, half to even.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape; derivative 1.</returns>
    public static Tensor Round(Tensor x) => StraightThrough(x, values => values.round());

    /// <summary>To the next whole number above.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape; derivative 1.</returns>
    public static Tensor Ceil(Tensor x) => StraightThrough(x, values => values.ceil());

    /// <summary>To the next whole number below.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape; derivative 1.</returns>
    public static Tensor Floor(Tensor x) => StraightThrough(x, values => values.floor());

    /// <summary>Into [least, most].</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="least">Lower bound.</param>
    /// <param name="most">Upper bound.</param>
    /// <returns>The same shape; derivative 1 inside, the bounds included, else 0.</returns>
    public static Tensor Clamp(Tensor x, double least, double most) => x.clamp(least, most);

    /// <summary>To multiples of a step, half to even.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="step">The step, above 0.</param>
    /// <returns>The same shape; derivative 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is not above 0.</exception>
    public static Tensor Step(Tensor x, double step)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        return StraightThrough(x, values => (values / step).round() * step);
    }

    /// <summary>To k bits: round(x (2^k - 1)) / (2^k - 1).</summary>
    /// <param name="x">Any shape, meant to be in [0, 1].</param>
    /// <param name="bits">k, 1 to 24.</param>
    /// <returns>The same shape; derivative 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static Tensor KBit(Tensor x, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 24);
        var levels = (1 << bits) - 1;
        return StraightThrough(x, values => (values * levels).round() / levels);
    }

    /// <summary>To [0, 1] by a line through the smallest and the largest value: (x - min) / (max - min + eps).</summary>
    /// <param name="x">Any shape, not empty.</param>
    /// <param name="epsilon">Keeps the result below 1 and equal values from division by 0.</param>
    /// <returns>The same shape; differentiable, also by way of the two extremes.</returns>
    public static Tensor ClampByLinear(Tensor x, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var least = x.min();
        return ((x - least) / (x.max() - least + epsilon)).MoveToOuterDisposeScope();
    }

    private static Tensor StraightThrough(Tensor x, Func<Tensor, Tensor> quantize)
    {
        ArgumentNullException.ThrowIfNull(x);
        return PassNode.Run(x, () =>
        {
            using var scope = NewDisposeScope();
            return [quantize(x).MoveToOuterDisposeScope()];
        });
    }

    /// <summary>Passes the gradient through.</summary>
    private sealed class PassNode : GraphNode
    {
        public static Tensor Run(Tensor x, Func<Tensor[]> quantize) => new PassNode().Run([x], [], quantize)[0];

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) => [outputs[0]];
    }
}
