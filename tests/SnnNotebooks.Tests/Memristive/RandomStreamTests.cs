using SnnNotebooks.Memristive;

namespace SnnNotebooks.Tests.Memristive;

public sealed class RandomStreamTests
{
    [Fact]
    public void Rows_of_numbers_are_the_numbers_at_their_positions()
    {
        var stream = new RandomStream(7, SamplingRole.Forward, 2);
        var row = new float[40];
        stream.Fill(1_000_000_000_006, row);

        for (var i = 0; i < row.Length; i++)
        {
            Assert.Equal(stream.Uniform(1_000_000_000_006 + (ulong)i), row[i]);
            Assert.InRange(row[i], 0f, 0.99999994f);
        }
    }

    [Fact]
    public void Seeds_roles_and_layers_have_streams_of_their_own()
    {
        var streams = new[]
        {
            new RandomStream(1, SamplingRole.Forward), new RandomStream(2, SamplingRole.Forward),
            new RandomStream(1, SamplingRole.Input), new RandomStream(1, SamplingRole.Forward, 1),
        };
        var numbers = streams.Select(stream => Enumerable.Range(0, 4).Select(i => stream.Uniform((ulong)i)).ToArray()).ToArray();

        Assert.Equal(16, numbers.SelectMany(row => row).Distinct().Count());
    }

    [Fact]
    public void Uniform_numbers_fill_a_thousand_bins_evenly()
    {
        const int Draws = 1_000_000, Bins = 1000;
        var row = new float[Draws];
        new RandomStream(3, SamplingRole.Input).Fill(0, row);
        var counts = new double[Bins];
        foreach (var value in row)
        {
            counts[(int)(value * Bins)]++;
        }

        // chi-square with 999 degrees of freedom has mean 999 and deviation 45: within 4.5 deviations in 99.999 % of cases
        Assert.InRange(counts.Sum(count => (count - (Draws / Bins)) * (count - (Draws / Bins)) / (Draws / Bins)), 999 - 201, 999 + 201);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959964)]
    [InlineData(0.025, -1.959964)]
    [InlineData(0.999, 3.090232)]
    [InlineData(0.9999, 3.719016)]
    [InlineData(1e-6, -4.753424)]
    public void Normal_quantiles_are_those_of_the_tables(double uniform, double quantile)
    {
        var values = new float[8];
        Array.Fill(values, MathF.Floor((float)uniform * (1 << 24)) / (1 << 24));
        NormalQuantile.Apply(values);

        // the uniform number is a multiple of 2^-24: that moves the far tail in the third digit
        Assert.Equal(quantile, values[0], Math.Abs(quantile) > 4 ? 2e-2 : 1e-3);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int Draws = 1 << 20;
        var row = new float[Draws];
        new RandomStream(5, SamplingRole.Pulse).Fill(0, row);
        NormalQuantile.Apply(row);

        Assert.All(row, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(0, row.Average(value => (double)value), 5 / 1024.0);
        Assert.Equal(1, row.Average(value => (double)value * value), 5 * 1.4143 / 1024);
        Assert.Equal(0, row.Average(value => Math.Pow(value, 3)), 5 * 3.873 / 1024);
        Assert.Equal(3, row.Average(value => Math.Pow(value, 4)), 5 * 9.798 / 1024);
        Assert.Equal(row[3], new RandomStream(5, SamplingRole.Pulse).Normal(3));
    }
}
