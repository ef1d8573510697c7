using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Fourier series of a square wave: derivative 4/T sum_i cos(2 pi (2i - 1) u / T), i = 1..n-1 (one term short of n, as in SpikingJelly).</summary>
/// <param name="n">One more than the number of terms, 1 to 1000.</param>
/// <param name="period">Period T, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SquarewaveFourierSeries(int n = 2, double period = 8.0)
    : Surrogate<SquarewaveFourierSeriesGradient>(new SquarewaveFourierSeriesGradient(SurrogateConstant.Terms(n), SurrogateConstant.Above(0, period)), ("n", n), ("T_period", period)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var sum = zeros_like(u);
        for (var i = 1; i < Constants["n"]; i++)
        {
            sum += (u * (((2 * i) - 1) * 2 * Math.PI / Constants["T_period"])).sin() / ((2 * i) - 1);
        }

        return ((sum * (2 / Math.PI)) + 0.5).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="SquarewaveFourierSeries"/>.</summary>
/// <param name="N">One more than the number of terms.</param>
/// <param name="Period">Period T.</param>
public readonly record struct SquarewaveFourierSeriesGradient(int N, double Period) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var sum = TLane.Const(0);
        for (var i = 1; i < N; i++)
        {
            sum += TLane.Cos(u * TLane.Const(((2 * i) - 1) * 2 * Math.PI / Period));
        }

        return sum * TLane.Const(4 / Period);
    }
}
