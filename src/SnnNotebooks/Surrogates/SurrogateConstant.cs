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

    /// <summary>The constant that marks the behaviour of SpikingJelly 0.0.0.0.14, where it is asked for.</summary>
    public static (string Name, double Value)[] Release(bool release) => release ? [("release", 1)] : [];

    /// <summary>Returns a finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "This constant of the surrogate must be a finite number.");
}
