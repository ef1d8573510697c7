using SnnNotebooks.Datasets.Events;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>Events of a <see cref="DvsPixelModel"/>, with the truth about each.</summary>
/// <param name="Recording">The events, in the order of their times.</param>
/// <param name="IsNoise">For each event whether it is noise rather than an answer to the image.</param>
public sealed record SimulatedEvents(EventRecording Recording, IReadOnlyList<bool> IsNoise);
