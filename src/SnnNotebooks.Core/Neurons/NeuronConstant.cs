using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>Checks of the constants of neurons.</summary>
internal static class NeuronConstant
{
    /// <summary>Returns a constant that must be above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Above0(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "This constant must be above 0.");

    /// <summary>Returns a membrane time constant, in time steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 1: the neuron would leak all it holds, or more, in a step.</exception>
    public static double Above1(double tau, [CallerArgumentExpression(nameof(tau))] string? name = null) =>
        tau > 1 ? tau : throw new ArgumentOutOfRangeException(name, tau, "The membrane time constant must be above 1 time step.");

    /// <summary>Returns a constant that must be between 0 and 1, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "This constant must lie between 0 and 1.");

    /// <summary>Returns a whole number that must be at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static int AtLeast1(int value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "This number must be at least 1.");
}
