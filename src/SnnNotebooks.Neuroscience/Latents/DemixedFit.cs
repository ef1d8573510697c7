namespace SnnNotebooks.Latents;

/// <summary>What dPCA found.</summary>
/// <param name="Regularisation">lambda.</param>
/// <param name="Axes">In the order of the latent numbers: those that explain most come first.</param>
/// <param name="Parts">Share of the variance of the mean responses in each marginalisation.</param>
public sealed record DemixedFit(double Regularisation, IReadOnlyList<DemixedAxis> Axes, IReadOnlyDictionary<string, double> Parts);
