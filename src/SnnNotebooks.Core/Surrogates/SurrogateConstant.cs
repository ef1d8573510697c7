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
            : throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"This constant of the surrogate must be a finite number above {bound}."));

    /// <summary>The constant that marks the behaviour of SpikingJelly 0.0.0.0.14, where it is asked for.</summary>
    public static (string Name, double Value)[] Release(bool release) => release ? [("release", 1)] : [];

    /// <summary>Returns a number of terms, each of which costs a function call in every step: 1 to 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static int Terms(int value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 1 and <= 1000
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "This constant of the surrogate must be a whole number from 1 to 1000.");

    /// <summary>Returns a finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "This constant of the surrogate must be a finite number.");
}
