using SnnNotebooks.Neurons;

namespace SnnNotebooks.Models;

/// <summary>The sizes of an <see cref="SVFormer"/>.</summary>
/// <param name="Classes">Outputs.</param>
/// <param name="Features">Features of the four stages; those of the last two are multiples of <paramref name="HeadSize"/>.</param>
/// <param name="Depths">Blocks of the four stages: local ones (convolutions) in the first two, global ones (self-attention) in the last
/// two.</param>
/// <param name="HeadSize">Features of an attention head.</param>
/// <param name="MlpRatio">Hidden features of an MLP are this many times its features.</param>
/// <param name="TimeSteps">T, the frames of a clip; weights depend on it.</param>
/// <param name="ImageSize">Height and width of a frame in pixels, a multiple of 32; weights depend on it.</param>
/// <param name="Channels">Channels of a frame.</param>
/// <param name="LocalPath">Whether a strided depth-wise path goes round the last two stages.</param>
/// <param name="Threshold">Firing threshold of all neurons.</param>
/// <param name="Neuron">Makes a layer of neurons; PLIF from tau 2 with that threshold where none is given.</param>
public sealed record SVFormerOptions(
    int Classes,
    IReadOnlyList<int>? Features = null,
    IReadOnlyList<int>? Depths = null,
    int HeadSize = 64,
    int MlpRatio = 2,
    int TimeSteps = 16,
    int ImageSize = 224,
    int Channels = 3,
    bool LocalPath = true,
    double Threshold = 1.0,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>Features of the four stages.</summary>
    public IReadOnlyList<int> Features { get; init; } = Features ?? [128, 256, 384, 512];

    /// <summary>Blocks of the four stages.</summary>
    public IReadOnlyList<int> Depths { get; init; } = Depths ?? [1, 1, 3, 1];
}
