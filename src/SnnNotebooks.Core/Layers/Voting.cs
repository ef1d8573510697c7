using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Voting: each class has several output neurons, and their mean is its vote (W. Fang et al., ICCV 2021, arXiv:2007.05785).
/// </summary>
public sealed class Voting : nn.Module<Tensor, Tensor>, ISequenceLayer
{
    private readonly long voters;

    /// <summary>Creates a layer.</summary>
    /// <param name="voters">Neurons for each class, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="voters"/> is below 1.</exception>
    public Voting(long voters = 10)
        : base(nameof(Voting))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(voters, 1);
        this.voters = voters;
    }

    /// <summary>Counts the votes.</summary>
    /// <param name="input">[..., classes * voters]; neurons of one class are neighbours.</param>
    /// <returns>[..., classes].</returns>
    /// <exception cref="ArgumentException">The last axis is no multiple of the number of voters.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 1 || input.shape[^1] % voters != 0)
        {
            throw new ArgumentException(
                $"Voting was given [{string.Join(", ", input.shape)}]; expected a last axis that is a multiple of the {voters} voters.",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        return input.reshape([.. input.shape[..^1], input.shape[^1] / voters, voters]).mean([-1]).MoveToOuterDisposeScope();
    }
}
