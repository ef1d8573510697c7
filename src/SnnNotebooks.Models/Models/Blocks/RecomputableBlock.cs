using SnnNotebooks.Memory;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>A block of a network of which training can keep the input alone (<see cref="Functional.Recompute"/>).</summary>
public abstract class RecomputableBlock : NamedModule, IRecomputable
{
    private bool recomputes;

    /// <summary>Creates the block.</summary>
    /// <param name="name">The kind of block, for messages.</param>
    protected RecomputableBlock(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public int Recompute(bool on)
    {
        recomputes = on;
        return 1;
    }

    /// <summary>Runs the block.</summary>
    /// <param name="input">What it takes.</param>
    /// <returns>What it gives.</returns>
    public sealed override Tensor forward(Tensor input) =>
        recomputes ? Recomputed.Compute(Compute, input, this) : Compute(input);

    /// <summary>Computes the block; in training a second time where it is recomputed.</summary>
    /// <param name="input">What it takes.</param>
    /// <returns>What it gives; the caller's.</returns>
    protected abstract Tensor Compute(Tensor input);
}
