namespace SnnNotebooks.Latents.Exploration;

/// <summary>How far an exploration is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Steps">How many there are.</param>
public sealed record ExplorationProgress(string Stage, int Step, int Steps);
