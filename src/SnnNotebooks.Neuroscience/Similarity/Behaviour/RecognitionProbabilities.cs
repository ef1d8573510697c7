namespace SnnNotebooks.Similarity.Behaviour;

/// <summary>How probable a model finds each object in each image.</summary>
/// <param name="Images">Names of the images.</param>
/// <param name="Truths">The object each image shows.</param>
/// <param name="Objects">Names of the objects.</param>
/// <param name="Values">For each image a probability of each object, at least 0.</param>
public sealed record RecognitionProbabilities(
    IReadOnlyList<string> Images, IReadOnlyList<string> Truths, IReadOnlyList<string> Objects, IReadOnlyList<IReadOnlyList<double>> Values);
