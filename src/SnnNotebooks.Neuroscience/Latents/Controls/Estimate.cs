namespace SnnNotebooks.Latents.Controls;

/// <summary>A number with its 95 % interval, by drawing trials again with replacement (B. Efron 1979, percentiles).</summary>
/// <param name="Value">Of all trials.</param>
/// <param name="Lowest">Lower end of the interval.</param>
/// <param name="Highest">Upper end of it.</param>
public sealed record Estimate(double Value, double Lowest, double Highest)
{
    /// <summary>Puts an interval around a number.</summary>
    /// <param name="value">Of all trials.</param>
    /// <param name="draws">The same number of drawn trials, one for each draw; what is NaN is left out.</param>
    internal static Estimate Of(double value, IEnumerable<double> draws)
    {
        var ordered = draws.Where(double.IsFinite).Order().ToArray();
        return ordered.Length == 0
            ? new Estimate(value, double.NaN, double.NaN)
            : new Estimate(value, ordered[(int)(0.025 * ordered.Length)], ordered[(int)Math.Ceiling(0.975 * ordered.Length) - 1]);
    }
}
