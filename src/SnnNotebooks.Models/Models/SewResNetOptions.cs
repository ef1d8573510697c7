using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Models;

/// <summary>The sizes and the variant of a <see cref="SewResNet"/>.</summary>
/// <param name="Blocks">Residual blocks of each of the layers; published networks have four.</param>
/// <param name="Bottleneck">Three convolutions 1, 3, 1 with fourfold output (ResNet-50 and deeper) instead of two of 3.</param>
/// <param name="Connect">How blocks join branch and shortcut; <see cref="ElementWise.NeuronAfterSum"/> is the older Spiking ResNet.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">T.</param>
/// <param name="Names">How the state dictionary calls the layers.</param>
/// <param name="ZeroInitResidual">Start every block as the identity: the last normalisation's weight 0 (for AND its bias 1).</param>
/// <param name="Groups">Groups of the 3 x 3 convolutions of bottlenecks (ResNeXt).</param>
/// <param name="WidthPerGroup">Feature maps of a group in the first layer's bottlenecks; 64 for plain ResNets.</param>
/// <param name="Width">Feature maps of the stem and of the first layer.</param>
/// <param name="Neuron">Makes a neuron layer; IF with hard reset to 0 and arc-tangent surrogate where none is given.</param>
public sealed record SewResNetOptions(
    IReadOnlyList<int> Blocks,
    bool Bottleneck = false,
    ElementWise Connect = ElementWise.ADD,
    int Classes = 1000,
    int TimeSteps = 4,
    ResNetNames Names = ResNetNames.Published,
    bool ZeroInitResidual = false,
    int Groups = 1,
    int WidthPerGroup = 64,
    int Width = 64,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>The blocks of the published depths.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <returns>Options with everything else at its default.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No ResNet has this depth.</exception>
    public static SewResNetOptions ForDepth(int depth) => depth switch
    {
        18 => new([2, 2, 2, 2]),
        34 => new([3, 4, 6, 3]),
        50 => new([3, 4, 6, 3], Bottleneck: true),
        101 => new([3, 4, 23, 3], Bottleneck: true),
        152 => new([3, 8, 36, 3], Bottleneck: true),
        _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "ResNets have 18, 34, 50, 101 or 152 layers."),
    };

    internal SpikingNeuron CreateNeuron() => Neuron?.Invoke() ?? new IFNode(detachReset: true, surrogate: new ATan());
}

/// <summary>How a ResNet's state dictionary calls its layers.</summary>
public enum ResNetNames
{
    /// <summary>As SEW-ResNet's own code: <c>layer1.0.conv1.module.0.weight</c>.</summary>
    Published,

    /// <summary>As torchvision and SpikingJelly: <c>layer1.0.conv1.weight</c>, <c>layer1.0.bn1.weight</c>.</summary>
    Torchvision,
}
