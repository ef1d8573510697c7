namespace SnnNotebooks.Latents;

/// <summary>Settings that a model chosen by name takes; those that do not concern it are ignored.</summary>
/// <param name="Bins">Bins of the shortest trial it will learn from, by which windows are chosen; null where every model's own fit.</param>
/// <param name="Neurons">Neurons it will learn from: no linear model is asked for more dimensions; null for no such limit.</param>
/// <param name="Dimensions">Latent numbers per bin; the model's own where null. LFADS and the
/// Swap-VAEs keep their own.</param>
/// <param name="Iterations">Of models that learn step by step; their own where null. t-SNE and UMAP keep theirs.</param>
/// <param name="Smoothing">Before models that have no notion of time; their own where null.</param>
/// <param name="Seed">Of models that draw by chance.</param>
public sealed record LatentModelOptions(
    int? Bins = null,
    int? Neurons = null,
    int? Dimensions = null,
    int? Iterations = null,
    Smoothing? Smoothing = null,
    int Seed = 0)
{
    /// <summary>The dimensions asked for, or a model's own, and no more than neurons.</summary>
    internal int Within(int own) => Math.Min(Dimensions ?? own, Neurons ?? int.MaxValue);
}
