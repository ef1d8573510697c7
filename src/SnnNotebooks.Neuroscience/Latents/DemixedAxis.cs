namespace SnnNotebooks.Latents;

/// <summary>An axis of dPCA.</summary>
/// <param name="Marginalisation">What it stands for: <c>time</c>, a factor's name, or several joined by <c> x </c>.</param>
/// <param name="Explained">Share of the variance of the mean responses that it explains.</param>
/// <param name="Parts">The same of each marginalisation; a demixed axis has nearly all in its own. The sum is the whole.</param>
public sealed record DemixedAxis(string Marginalisation, double Explained, IReadOnlyDictionary<string, double> Parts);
