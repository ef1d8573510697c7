using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Fourier series of a square wave: derivative 4/T sum_i cos(2 pi (2i - 1) u / T), i = 1..n-1 (one term short of n, as in
/// SpikingJelly).
/// </summary>
/// <param name="n">One more than the number of terms, 1 to 1000.</param>
/// <param name="period">Period T, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SquarewaveFourierSeries(int n = 2, double period = 8.0)
    : Surrogate(("n", SurrogateConstant.Terms(n)), ("T_period", SurrogateConstant.Above(0, period)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        Lane sum = 0;
        for (var i = 1; i < n; i++)
        {
            sum += Lane.Cos(u * (((2 * i) - 1) * 2 * Math.PI / period));
        }

        return sum * (4 / period);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var sum = zeros_like(u);
        for (var i = 1; i < n; i++)
        {
            sum += (u * (((2 * i) - 1) * 2 * Math.PI / period)).sin() / ((2 * i) - 1);
        }

        return (sum * (2 / Math.PI)) + 0.5;
    }
}
