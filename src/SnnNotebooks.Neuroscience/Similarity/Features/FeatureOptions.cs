namespace SnnNotebooks.Similarity.Features;

/// <summary>How features are read from a network.</summary>
/// <param name="TimeFirst">Whether layers give [T, ...] for one stimulus, whose mean over T is taken; null: whether the network is a
/// sequence network.</param>
/// <param name="Standardise">Whether each layer's whole matrix is reduced to mean 0 and deviation 1, as for static images; the movie paper
/// does not.</param>
/// <param name="ChunkFrames">Frames of a movie that are shown at once. State is kept between chunks, so that the results do not depend on
/// it.</param>
/// <param name="Folder">Where the features are stored, one <c>.npy</c> file for each layer, or null to keep them in memory.</param>
public sealed record FeatureOptions(bool? TimeFirst = null, bool Standardise = true, int ChunkFrames = 16, string? Folder = null);
