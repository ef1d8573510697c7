using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// A network over time that sees still images and movies. State goes on from call to call, so that a movie may come in pieces:
/// <see cref="Functional.Reset"/> before another movie or image.
/// </summary>
public abstract class SequenceNetwork : NamedModule, IScoredNetwork
{
    /// <summary>Creates a network without layers.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="timeSteps">How often a still image is presented, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeSteps"/> is below 1.</exception>
    protected SequenceNetwork(string name, int timeSteps)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeSteps, 1);
        TimeSteps = timeSteps;
    }

    /// <summary>How often a still image is presented.</summary>
    public int TimeSteps { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<ScoredLayer> ScoredLayers { get; }

    /// <summary>Classifies.</summary>
    /// <param name="input">Images [B, 3, H, W], each presented <see cref="TimeSteps"/> times, or a sequence of frames [T, B, 3, H,
    /// W].</param>
    /// <returns>For images the mean scores [B, classes], for a sequence those of every step [T, B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes or channels, or a size the network cannot take.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() is not (4 or 5) || input.shape[^3] != 3 || (input.dim() == 5 && input.shape[0] < 1))
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected images [B, 3, H, W] or frames [T, B, 3, H, W] "
                + "with T of at least 1.",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        var scores = input.dim() == 4 ? Sequence(TimeRepeat.Repeat(input, TimeSteps)).mean([0]) : Sequence(input);
        return scores.MoveToOuterDisposeScope();
    }

    /// <summary>Classifies every frame.</summary>
    /// <param name="frames">[T, B, 3, H, W].</param>
    /// <returns>Scores [T, B, classes].</returns>
    protected abstract Tensor Sequence(Tensor frames);
}
