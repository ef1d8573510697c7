namespace SnnNotebooks.Layers;

/// <summary>
/// An attention whose neurons are called <c>q_lif</c>, <c>k_lif</c> and, for self-attention, <c>v_lif</c>, each [T, B, N, C].
/// </summary>
public interface IAttention
{
    /// <summary>Attention heads.</summary>
    int Heads { get; }
}
