using SnnNotebooks.Latents.Controls;

namespace SnnNotebooks.Latents.Exploration;

/// <summary>What speaks for a latent space, and the same of its control.</summary>
/// <param name="Seeds">Consistency of fits that differ in their seed; 1 by construction for a method that draws nothing.</param>
/// <param name="TrialHalves">Consistency of fits to disjoint halves of the trials, on all trials; null of fewer than four trials.</param>
/// <param name="NeuronHalves">Consistency of fits to disjoint halves of the neurons; null of fewer than four neurons.</param>
/// <param name="Dimensions">The number of dimensions by bi-cross-validation; null where there are too few trials or neurons.</param>
/// <param name="CountDimensionality">Participation ratio of the counts, smoothed by a Gaussian of two bins.</param>
/// <param name="LatentDimensionality">Participation ratio of the latents.</param>
/// <param name="Tangling">The 90th percentile of the mean trajectories' tangling, in 1 / s^2 (or 1 / bin^2); null where trials are too
/// short.</param>
public sealed record ExplorationChecks(
    ConsistencyTable Seeds,
    ConsistencyTable? TrialHalves,
    ConsistencyTable? NeuronHalves,
    DimensionChoice? Dimensions,
    Estimate CountDimensionality,
    Estimate LatentDimensionality,
    Estimate? Tangling);
