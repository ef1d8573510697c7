using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// A network without state for still images, one of those that spiking networks are compared with. Names are torchvision's.
/// </summary>
public abstract class ImageNetwork : NamedModule, IScoredNetwork, IWholeSequence
{
    /// <summary>Creates a network without layers.</summary>
    /// <param name="name">What it is called in messages.</param>
    protected ImageNetwork(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public abstract IReadOnlyList<ScoredLayer> ScoredLayers { get; }

    /// <summary>Classifies.</summary>
    /// <param name="input">Images [B, 3, H, W].</param>
    /// <returns>Scores [B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes or channels.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() != 4 || input.shape[1] != 3)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected images [B, 3, H, W].", nameof(input));
        }

        using var scope = NewDisposeScope();
        return Images(input).MoveToOuterDisposeScope();
    }

    /// <summary>Classifies images.</summary>
    /// <param name="images">[B, 3, H, W].</param>
    /// <returns>Scores [B, classes].</returns>
    protected abstract Tensor Images(Tensor images);
}
