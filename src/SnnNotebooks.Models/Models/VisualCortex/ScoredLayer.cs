namespace SnnNotebooks.Models.VisualCortex;

/// <summary>A layer that is compared with the brain.</summary>
/// <param name="Path">Its module path, for example <c>layer1.0</c>.</param>
/// <param name="Depth">How many convolutions, dense and pooling layers there are up to it, itself among them; shortcuts and feedback do not
/// count.</param>
public sealed record ScoredLayer(string Path, int Depth);

/// <summary>A network that says which of its layers are compared with the brain.</summary>
public interface IScoredNetwork
{
    /// <summary>The layers in order; the last is the classifier, which gives the network's depth and is not compared itself.</summary>
    IReadOnlyList<ScoredLayer> ScoredLayers { get; }
}
