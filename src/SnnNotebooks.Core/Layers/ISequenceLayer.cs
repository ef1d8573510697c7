namespace SnnNotebooks.Layers;

/// <summary>
/// A layer without state that nevertheless works on whole sequences [T, N, ...]: <see cref="OverTime"/> gives it the sequence instead of
/// all its steps at once. (Layers with a state are known by <see cref="IStateful"/>.)
/// </summary>
public interface ISequenceLayer;
