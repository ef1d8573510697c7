namespace SnnNotebooks.Latents;

/// <summary>A plane of jPCA.</summary>
/// <param name="Frequency">Turns per bin: the eigenvalue of the skew-symmetric matrix over 2 pi, as published.</param>
/// <param name="Variance">Share of the variance of the preprocessed responses that lies in it.</param>
public sealed record JpcaPlane(double Frequency, double Variance)
{
    /// <summary>
    /// Turns per bin of the rotation itself. From bin to bin a state that turns by an angle changes, across itself, by the sine of it, so
    /// that <see cref="Frequency"/> lies low where bins are wide: by 7 % at a tenth of a turn. A quarter of a turn is the most.
    /// </summary>
    public double Turns => Math.Asin(Math.Min(1, 2 * Math.PI * Frequency)) / (2 * Math.PI);
}
