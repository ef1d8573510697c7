using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>A module that is the same linear map at every token, in whatever shape its weights are published.</summary>
public interface ITokenMap
{
    /// <summary>The weights: [out, in], or [out, in, 1, ...].</summary>
    Tensor Weight { get; }

    /// <summary>Whether there is an additive term.</summary>
    bool HasBias { get; }
}
