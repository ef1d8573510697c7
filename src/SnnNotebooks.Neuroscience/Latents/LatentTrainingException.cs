namespace SnnNotebooks.Latents;

/// <summary>Training went astray; the message says at which iteration and what became infinite or NaN first.</summary>
/// <param name="message">When, what, and what to try.</param>
public sealed class LatentTrainingException(string message) : Exception(message);
