using SnnNotebooks.Neurons;

namespace SnnNotebooks.Tests.Neurons;

public sealed class LaneExpTests
{
    [Fact]
    public void Floats_are_within_two_units_in_the_last_place()
    {
        var x = Enumerable.Range(0, 40_000).Select(i => (float)(-103.5 + (i * 0.0048))).ToArray();
        var y = GeneratedFunction.Apply<Exponential>(x);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = Math.Exp(x[i]);
            var unit = MathF.BitIncrement((float)Math.Min(exact, float.MaxValue / 2)) - (float)Math.Min(exact, float.MaxValue / 2);
            Assert.True(exact > float.MaxValue ? float.IsInfinity(y[i]) : Math.Abs(y[i] - exact) <= 2 * unit,
                $"exp({x[i]:R}) gave {y[i]:R}, is {exact:R}");
        }
    }

    [Fact]
    public void Doubles_are_within_two_units_in_the_last_place()
    {
        var x = Enumerable.Range(0, 40_000).Select(i => -740 + (i * 0.0362)).ToArray();
        var y = GeneratedFunction.Apply<Exponential>(x);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = Math.Exp(x[i]);
            Assert.True(Math.Abs(y[i] - exact) <= 2 * (Math.BitIncrement(exact) - exact), $"exp({x[i]:R}) gave {y[i]:R}, is {exact:R}");
        }
    }

    [Fact]
    public void Extremes_overflow_underflow_and_keep_not_a_number()
    {
        float[] x = [float.NegativeInfinity, -1e30f, -0f, 0f, 1e30f, float.PositiveInfinity, float.NaN, 88.7f];
        float[] expected = [0, 0, 1, 1, float.PositiveInfinity, float.PositiveInfinity, float.NaN, (float)Math.Exp(88.7f)];
        var found = GeneratedFunction.Apply<Exponential>(x);
        Assert.Equal(expected[..7], found[..7]);
        Assert.InRange(found[7], expected[7] * 0.9999998f, expected[7] * 1.0000002f);
        Assert.Equal([0, double.PositiveInfinity, double.NaN], GeneratedFunction.Apply<Exponential>([-1e300, 1e300, double.NaN]));
    }

    private readonly struct Exponential : LaneFunction
    {
        public static Lane Of(Lane x) => Lane.Exp(x);
    }
}
