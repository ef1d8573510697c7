using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>The membrane time constant of a leaky neuron, in time steps.</summary>
internal static class TimeConstant
{
    /// <summary>Returns the constant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 1: the neuron would leak all it holds, or more, in a step.</exception>
    public static double Above1(double tau, [CallerArgumentExpression(nameof(tau))] string? name = null) =>
        tau > 1 ? tau : throw new ArgumentOutOfRangeException(name, tau, "The membrane time constant must be above 1 time step.");
}
