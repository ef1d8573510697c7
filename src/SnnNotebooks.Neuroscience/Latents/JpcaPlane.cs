namespace SnnNotebooks.Latents;

/// <summary>A plane of jPCA.</summary>
/// <param name="Frequency">Turns per bin: the eigenvalue of the skew-symmetric matrix over 2 pi, as published.</param>
/// <param name="Variance">Share of the variance of the preprocessed responses that lies in it.</param>
/// <param name="Noise">
/// Share of the mean responses' variance in it that is noise, by how much trials of one condition differ; null where no condition has two
/// trials. An estimate, which can lie above 1.
/// </param>
public sealed record JpcaPlane(double Frequency, double Variance, double? Noise = null)
{
    /// <summary>Of more noise there is no saying how fast a plane turns.</summary>
    private const double MostNoise = 0.5;

    /// <summary>
    /// Turns per bin of the rotation itself; NaN where half of the plane is noise. <see cref="Frequency"/> lies low for two reasons. From
    /// bin to bin a state that turns by an angle changes, across itself, by the sine of it: 7 % less at a tenth of a turn. And noise makes
    /// states longer without turning them: the fitted eigenvalue shrinks by its share, which is undone here where it is known. A quarter of
    /// a turn is the most.
    /// </summary>
    public double Turns => Noise > MostNoise
        ? double.NaN
        : Math.Asin(Math.Min(1, 2 * Math.PI * Frequency / (1 - (Noise ?? 0)))) / (2 * Math.PI);
}
