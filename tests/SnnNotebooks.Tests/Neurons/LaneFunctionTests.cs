using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>The lanes' logarithm, sine, cosine and choice: right, alike for every width, and with the right derivative.</summary>
public sealed unsafe class LaneFunctionTests
{
    private static readonly double[] Arguments = [.. Enumerable.Range(0, 4096).Select(i => ((i - 2048) * 0.3137) + 1e-3), 1e-300, 1e6, -0.0, double.NaN];

    [Fact]
    public void They_are_the_functions_of_the_standard_library()
    {
        Near<Logarithm>(Math.Log);
        Near<Sine>(Math.Sin);
        Near<Cosine>(Math.Cos);
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        Alike<Logarithm>();
        Alike<Sine>();
        Alike<Cosine>();
        Alike<Choice>();
    }

    [Fact]
    public void Choice_takes_zero_for_not_negative_and_nan_for_neither()
    {
        double[] x = [-1, -0.0, 0, 2, double.NaN];

        Assert.Equal([-2, -0.0, 0, 6, double.NaN], Apply<Choice, ScalarLane<double>, double>(x));
    }

    [Fact]
    public void Derivatives_follow_the_chain_rule()
    {
        const double x = 0.7;
        Assert.Equal(3 / (3 * x), Derivative<Logarithm>(3, x), 14);
        Assert.Equal(3 * Math.Cos(3 * x), Derivative<Sine>(3, x), 14);
        Assert.Equal(-3 * Math.Sin(3 * x), Derivative<Cosine>(3, x), 14);
        Assert.Equal(3 * 3, Derivative<Choice>(3, x), 14);
        Assert.Equal(2 * 3, Derivative<Choice>(3, -x), 14);
        Assert.Equal(-1, Derivative<Absolute>(1, -x));
        Assert.Equal(1, Derivative<Smaller>(1, -x));
        Assert.Equal(0, Derivative<Smaller>(1, x));
    }

    private static void Near<TFunction>(Func<double, double> exact)
        where TFunction : IFunction
    {
        var found = Apply<TFunction, Lane256<double>, double>(Arguments);
        var single = Apply<TFunction, Lane256<float>, float>([.. Arguments.Select(x => (float)x)]);
        for (var i = 0; i < Arguments.Length; i++)
        {
            var (expected, expectedSingle) = (exact(Arguments[i]), exact((float)Arguments[i]));
            Assert.True(expected.Equals(found[i]) || Math.Abs(expected - found[i]) <= 1e-15 * Math.Max(1, Math.Abs(expected)), $"{typeof(TFunction).Name}({Arguments[i]}) gave {found[i]}, is {expected}");
            Assert.True(expectedSingle.Equals(single[i]) || Math.Abs(expectedSingle - single[i]) <= 2e-7 * Math.Max(1, Math.Abs(expectedSingle)), $"{typeof(TFunction).Name}({Arguments[i]}) gave {single[i]}, is {expectedSingle}");
        }
    }

    private static void Alike<TFunction>()
        where TFunction : IFunction
    {
        float[] single = [.. Arguments.Select(x => (float)x)];
        Assert.Equal(Apply<TFunction, ScalarLane<float>, float>(single), Apply<TFunction, Lane128<float>, float>(single));
        Assert.Equal(Apply<TFunction, ScalarLane<float>, float>(single), Apply<TFunction, Lane256<float>, float>(single));
        Assert.Equal(Apply<TFunction, ScalarLane<float>, float>(single), Apply<TFunction, Lane512<float>, float>(single));
        Assert.Equal(Apply<TFunction, ScalarLane<double>, double>(Arguments), Apply<TFunction, Lane128<double>, double>(Arguments));
        Assert.Equal(Apply<TFunction, ScalarLane<double>, double>(Arguments), Apply<TFunction, Lane256<double>, double>(Arguments));
        Assert.Equal(Apply<TFunction, ScalarLane<double>, double>(Arguments), Apply<TFunction, Lane512<double>, double>(Arguments));
    }

    private static double Derivative<TFunction>(double factor, double x)
        where TFunction : IFunction
    {
        var at = Dual<ScalarLane<double>>.Variable(ScalarLane<double>.Const(x));
        return ScalarLane<double>.Sum(TFunction.Of(at * Dual<ScalarLane<double>>.Const(factor)).Derivative);
    }

    private static T[] Apply<TFunction, TLane, T>(T[] x)
        where TFunction : IFunction
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        Array.Resize(ref x, x.Length + 15); // so that the last ones are in a whole vector
        var y = new T[x.Length];
        fixed (T* from = x, to = y)
        {
            for (var i = 0; i + TLane.Width <= x.Length; i += TLane.Width)
            {
                TFunction.Of(TLane.Load(from + i)).Store(to + i);
            }
        }

        return y[..^15];
    }

    private interface IFunction
    {
        static abstract TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane>;
    }

    private readonly struct Logarithm : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Log(x);
    }

    private readonly struct Sine : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Sin(x);
    }

    private readonly struct Cosine : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Cos(x);
    }

    private readonly struct Choice : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Select(x, TLane.Const(3) * x, TLane.Const(2) * x);
    }

    private readonly struct Absolute : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => LaneMath.Abs(x);
    }

    private readonly struct Smaller : IFunction
    {
        public static TLane Of<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => LaneMath.Min(x, TLane.Const(0.5));
    }
}
