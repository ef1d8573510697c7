namespace SnnNotebooks.Latents;

/// <summary>A plane of jPCA.</summary>
/// <param name="Frequency">Turns per bin: the eigenvalue of the skew-symmetric matrix over 2 pi.</param>
/// <param name="Variance">Share of the variance of the preprocessed responses that lies in it.</param>
public sealed record JpcaPlane(double Frequency, double Variance);
