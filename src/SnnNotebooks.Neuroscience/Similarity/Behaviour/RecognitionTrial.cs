namespace SnnNotebooks.Similarity.Behaviour;

/// <summary>One trial of a match-to-sample task: an image was shown, then two objects to choose from.</summary>
/// <param name="Image">The image.</param>
/// <param name="Truth">The object it shows, which is one of the two.</param>
/// <param name="Distractor">The other one.</param>
/// <param name="Choice">Which of the two was chosen.</param>
public sealed record RecognitionTrial(string Image, string Truth, string Distractor, string Choice);
