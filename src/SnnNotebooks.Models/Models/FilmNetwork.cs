using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>
/// Lets a network that takes films frame by frame learn from clips [B, C, T, H, W]. Its weights are those of the network it wraps.
/// </summary>
public sealed class FilmNetwork : NamedModule
{
    /// <summary>Takes over a network.</summary>
    /// <param name="network">Maps frames [T, B, C, H, W] to scores of every step [T, B, classes].</param>
    public FilmNetwork(nn.Module<Tensor, Tensor> network)
        : base(nameof(FilmNetwork)) =>
        register_module("network", Network = network ?? throw new ArgumentNullException(nameof(network)));

    /// <summary>The network inside.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Classifies clips.</summary>
    /// <param name="input">[B, C, T, H, W].</param>
    /// <returns>Scores of every step [T, B, classes].</returns>
    /// <exception cref="ArgumentException">The input is no video.</exception>
    public override Tensor forward(Tensor input)
    {
        using var frames = ModelInput.Video(input);
        return Network.call(frames);
    }
}
