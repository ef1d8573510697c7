using SnnNotebooks.Neurons;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>The functions of equations in generated loops: right, and with the right derivative.</summary>
public sealed class LaneFunctionTests
{
    private static readonly double[] Arguments = [.. Enumerable.Range(0, 4096).Select(i => ((i - 2048) * 0.3137) + 1e-3), 1e-300, 1e6, -0.0,
        double.NaN];

    [Fact]
    public void They_are_the_functions_of_the_standard_library()
    {
        Near<Logarithm>(Math.Log);
        Near<Sine>(Math.Sin);
        Near<Cosine>(Math.Cos);
    }

    [Fact]
    public void Choice_takes_zero_for_not_negative_and_nan_for_neither()
    {
        double[] x = [-1, -0.0, 0, 2, double.NaN];

        Assert.Equal([-2, -0.0, 0, 6, double.NaN], GeneratedFunction.Apply<Choice>(x));
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
        where TFunction : LaneFunction
    {
        var found = GeneratedFunction.Apply<TFunction>(Arguments);
        var single = GeneratedFunction.Apply<TFunction>([.. Arguments.Select(x => (float)x)]);
        for (var i = 0; i < Arguments.Length; i++)
        {
            var (expected, expectedSingle) = (exact(Arguments[i]), exact((float)Arguments[i]));
            Assert.True(expected.Equals(found[i]) || Math.Abs(expected - found[i]) <= 1e-15 * Math.Max(1, Math.Abs(expected)),
                $"{typeof(TFunction).Name}({Arguments[i]}) gave {found[i]}, is {expected}");
            Assert.True(
                expectedSingle.Equals(single[i]) || Math.Abs(expectedSingle - single[i]) <= 2e-7 * Math.Max(1, Math.Abs(expectedSingle)),
                $"{typeof(TFunction).Name}({Arguments[i]}) gave {single[i]}, is {expectedSingle}");
        }
    }

    private static double Derivative<TFunction>(double factor, double x)
        where TFunction : LaneFunction => GeneratedFunction.Derivative<TFunction>([x], factor)[0];

    private readonly struct Logarithm : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Log(x);
    }

    private readonly struct Sine : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Sin(x);
    }

    private readonly struct Cosine : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Cos(x);
    }

    private readonly struct Choice : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Select(x, 3 * x, 2 * x);
    }

    private readonly struct Absolute : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Abs(x);
    }

    private readonly struct Smaller : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Min(x, 0.5);
    }
}
