using SnnNotebooks.Neurons;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>What the blocks of a <see cref="SewVisionNet"/> are made of.</summary>
public enum SewBlock
{
    /// <summary>Two convolutions of 3 x 3.</summary>
    Basic,

    /// <summary>1 x 1, 3 x 3, 1 x 1 with fourfold output.</summary>
    Bottleneck,

    /// <summary>1 x 1, 3 x 3 in 32 groups, 1 x 1, as wide inside as the input (half, where it does not widen).</summary>
    Grouped,

    /// <summary>As <see cref="Grouped"/>, six times as wide inside.</summary>
    GroupedInverted,
}

/// <summary>The sizes of a <see cref="SewVisionNet"/>.</summary>
/// <param name="Blocks">Blocks of each stage.</param>
/// <param name="Widths">Feature maps of each stage, before the expansion of bottlenecks.</param>
/// <param name="Block">What the blocks are made of.</param>
/// <param name="StageName">How the state dictionary calls the stages: <c>layer</c> or <c>block</c>.</param>
/// <param name="HalvesFirst">Whether the first stage, too, halves height and width.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">How often a still image is presented.</param>
/// <param name="Neuron">Makes a layer of neurons; IF where none is given.</param>
public sealed record SewVisionOptions(
    IReadOnlyList<int> Blocks,
    IReadOnlyList<int> Widths,
    SewBlock Block = SewBlock.Basic,
    string StageName = "layer",
    bool HalvesFirst = false,
    int Classes = 1000,
    int TimeSteps = 4,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>The deep networks, ResNets with spiking neurons.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <param name="classes">Outputs.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No ResNet has this depth.</exception>
    public static SewVisionOptions Deep(int depth, int classes = 1000)
    {
        var known = SewResNetOptions.ForDepth(depth);
        return new(known.Blocks, [64, 128, 256, 512], known.Bottleneck ? SewBlock.Bottleneck : SewBlock.Basic, Classes: classes);
    }

    /// <summary>The shallow networks of three stages, which suit the mouse.</summary>
    /// <param name="blocksPerStage">1 (SEW-ResNet8, SEW-ResNeXt11) or 2 (SEW-ResNet14, SEW-ResNeXt20).</param>
    /// <param name="block">What the blocks are made of.</param>
    /// <param name="widen">Factor on the feature maps; 4 for the wide networks.</param>
    /// <returns>The options.</returns>
    public static SewVisionOptions Shallow(int blocksPerStage, SewBlock block = SewBlock.Basic, int widen = 1) =>
        new([blocksPerStage, blocksPerStage, blocksPerStage], [128 * widen, 256 * widen, 512 * widen], block, "block", HalvesFirst: true);
}
