using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>A gamma prior that keeps estimated rates above zero: (mean + rate weight) / (1 + weight).</summary>
/// <param name="Rate">The prior's rate, above 0.</param>
/// <param name="Weight">Its weight against one observation, above 0.</param>
public sealed record PoissonPrior(double Rate = 1, double Weight = 0.1)
{
    /// <summary>Rates of counts or of their means.</summary>
    /// <exception cref="ArgumentException">A count is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Rate or weight are not above zero.</exception>
    internal Matrix<double> Rates(double[][] counts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Weight);
        var lowest = counts.Min(row => row.Min());
        return lowest >= 0
            ? Matrix<double>.Build.DenseOfRowArrays(counts).Map(count => (count + (Rate * Weight)) / (1 + Weight))
            : throw new ArgumentException($"A count, or a mean of counts, is {lowest}; spike counts are at least 0.");
    }
}
