using System.Runtime.CompilerServices;

namespace SnnNotebooks.Surrogates;

/// <summary>Checks the constants of surrogates.</summary>
internal static class SurrogateConstant
{
    /// <summary>Returns a finite number above a bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Above(double bound, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) && value > bound
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"This constant of the surrogate must be a finite number above {bound}."));

    /// <summary>Returns a finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "This constant of the surrogate must be a finite number.");
}
