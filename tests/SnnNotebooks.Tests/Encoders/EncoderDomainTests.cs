using SnnNotebooks.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Encoders;

public sealed class EncoderDomainTests
{
    // every encoder of values, with the largest value it takes
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Encode, double Most)> Encoders = new()
    {
        ["latency, linear"] = (x => new LatencyEncoder(10).Encode(x), 1),
        ["latency, logarithmic"] = (x => new LatencyEncoder(10, LatencyCurve.Logarithmic).Encode(x), 1),
        ["Poisson"] = (x => new PoissonEncoder(1).Encode(x, 10), 1),
        ["weighted phase"] = (x => new WeightedPhaseEncoder(4).Encode(x), 0.9375),
    };

    public static TheoryData<string> Names => [.. Encoders.Keys];

    public static TheoryData<ScalarType> FloatingTypes => [ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_encoders_refuse_the_same_values(string name)
    {
        using var scope = NewDisposeScope();
        var (encode, most) = Encoders[name];
        foreach (var value in new[] { -1, -1e-6f, 1.5f, 255, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var refused = Assert.Throws<ArgumentException>(() => encode(tensor(new[] { 0.5f, value })));
            Assert.Contains(float.IsNaN(value) ? "NaN" : FormattableString.Invariant($"from 0 to {most}"), refused.Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(0, encode(zeros(0)).numel());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_numbers_are_refused_with_what_to_do(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
            ScalarType.Bool })
        {
            Assert.Contains(".to(ScalarType.Float32)",
                Assert.Throws<ArgumentException>(() => Encoders[name].Encode(ones(2).to(type))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Low_precision_gives_the_spikes_of_float32_in_its_own_type(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16 })
        {
            var x = (rand(200) * Encoders[name].Most).to(type);
            var found = Encoders[name].Encode(x);
            Assert.Equal(type, found.dtype);
            Assert.True(found.to(ScalarType.Float32).equal(Encoders[name].Encode(x.to(ScalarType.Float32))).all().item<bool>());
        }
    }

    [Theory]
    [MemberData(nameof(FloatingTypes))]
    public void A_rate_of_0_never_fires_and_of_1_always(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var poisson = new PoissonEncoder(1);
        Assert.Equal(0, poisson.Encode(zeros(784).to(type), 1000).count_nonzero().item<long>());
        Assert.Equal(784_000, poisson.Encode(ones(784).to(type), 1000).count_nonzero().item<long>());
    }

    [Theory]
    [InlineData(LatencyCurve.Linear)]
    [InlineData(LatencyCurve.Logarithmic)]
    public void Latency_gives_one_spike_however_long_the_period_and_short_the_type(LatencyCurve curve)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16 })
        {
            foreach (var period in new[] { 1, 2, 13, 89, 90, 200, 300, 1000, 5000 })
            {
                var counts = new LatencyEncoder(period, curve).Encode(tensor(new[] { 0, 0.25, 0.5, 0.75, 1 }).to(type))
                    .to(ScalarType.Int64).sum([0]);
                Assert.True(counts.eq(1).all().item<bool>(), $"T {period}, {type}: {string.Join(", ", counts.data<long>())} spikes");
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(90)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Logarithmic_latency_is_its_equation_where_that_can_be_computed_and_its_limit_elsewhere(int period)
    {
        using var scope = NewDisposeScope();
        double[] values = [0, 1e-3, 0.01, 0.1, 0.25, 0.5, 0.9, 1];
        var times = new LatencyEncoder(period, LatencyCurve.Logarithmic).Encode(tensor(values)).argmax(0).data<long>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            // for x > 0 and large T the 1 beside alpha x does not matter
            var direct = period < 700
                ? period - 1 - Math.Log(((Math.Exp(period - 1) - 1) * values[i]) + 1)
                : values[i] == 0 ? period - 1
                : -Math.Log(values[i]);
            Assert.Equal((long)Math.Round(direct), times[i]);
        }
    }

    [Fact]
    public void A_population_takes_finite_numbers_only()
    {
        using var scope = NewDisposeScope();
        using var encoder = new PopulationEncoder(numbers: 1, neurons: 3, steps: 4, rangeFrom: -1, rangeTo: 1, standardDeviation: 0.5);
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.Throws<ArgumentException>(() => encoder.call(full(1, 1, value)));
        }

        Assert.Contains(".to(ScalarType.Float32)",
            Assert.Throws<ArgumentException>(() => encoder.call(ones(1, 1, dtype: ScalarType.Int64))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationEncoder(1, 3, 4, -1, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationEncoder(1, 3, 4, double.NaN, 1, 1));
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.5, 1 }, true)]
    [InlineData(0, 1, new[] { -0.0, 1 }, true)]
    [InlineData(0, 1, new[] { -1e-7, 1 }, false)]
    [InlineData(0, 1, new[] { 0, 1.0000002 }, false)]
    [InlineData(0, 1, new[] { 0, double.NaN, 1 }, false)]
    [InlineData(double.MinValue, double.MaxValue, new[] { -3e38, 3e38 }, true)]
    [InlineData(double.MinValue, double.MaxValue, new[] { 0, double.PositiveInfinity }, false)]
    [InlineData(double.MinValue, double.MaxValue, new[] { 0, double.NegativeInfinity }, false)]
    public void What_a_GPU_asserts_of_an_input_is_what_the_CPU_looks_for(double least, double most, double[] values, bool isFine)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var (domain, input) = (new EncoderInput(least, most, "An encoder"), tensor(values, dtype: type));
            Assert.Equal(isFine, domain.AreInRange(input).item<bool>());
            Assert.Equal(isFine, Record.Exception(() => domain.Checked(input)) is null);
        }
    }
}
