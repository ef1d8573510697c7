namespace SnnNotebooks.Similarity;

/// <summary>The settings of a <see cref="PlsRegression"/>; Brain-Score's where none are given.</summary>
/// <param name="Components">Components of the regression; fewer where the model has fewer directions.</param>
/// <param name="Splits">How many times a tenth of the stimuli is held out.</param>
/// <param name="Labels">The object of each stimulus, to have its share on both sides of a split; null for splits at random.</param>
/// <param name="Seed">Seed of the splits.</param>
public sealed record PlsOptions(
    int Components = 25,
    int Splits = 10,
    IReadOnlyList<string>? Labels = null,
    uint Seed = SimilarityMetrics.Seed);
