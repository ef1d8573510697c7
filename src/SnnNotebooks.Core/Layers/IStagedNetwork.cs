namespace SnnNotebooks.Layers;

/// <summary>
/// A network that is its named children one after the other, in the order they were registered, over time [T, B, ...]; only what stands
/// before them (repeating an image) and behind them (a mean over time) is its own. Such a network can be exported layer by layer.
/// </summary>
public interface IStagedNetwork
{
}
