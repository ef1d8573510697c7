using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Surrogates;

public sealed class SurrogateTests
{
    /// <summary>Every surrogate that fires with 0 or 1, once with its defaults and once with other constants.</summary>
    public static TheoryData<string> Binary =>
    [
        .. SurrogateCatalog.Names.Where(name => name is not (nameof(PoissonPass) or nameof(MultiLevelSpikeCount))),
    ];

    [Fact]
    public void All_sixteen_of_the_survey_are_there() => Assert.Superset(
        new HashSet<string>(
        [
            "PiecewiseQuadratic", "PiecewiseExp", "Sigmoid", "SoftSign", "SuperSpike", "ATan", "NonzeroSignLogAbs", "Erf",
            "PiecewiseLeakyReLU",
            "SquarewaveFourierSeries", "S2NN", "QPseudoSpike", "LeakyKReLU", "FakeNumericalGradient", "LogTailedReLU", "Rect",
        ]),
        SurrogateCatalog.Names.ToHashSet());

    [Theory]
    [MemberData(nameof(Binary))]
    public void The_fused_kernel_takes_every_one(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var x = randn(6, 83, dtype: type) * 2; // 83: whole vectors and a remainder for every width
            var g = randn(6, 83, dtype: type);
            var reference = Run(SurrogateCatalog.Create(name), NeuronBackend.Reference, x, g);
            var fused = Run(SurrogateCatalog.Create(name), NeuronBackend.Fused, x, g);
            Assert.True(reference.Spikes.equal(fused.Spikes).all().item<bool>());
            var bound = type == ScalarType.Float64 ? 1e-11 : 1e-4;
            Assert.True(reference.Gradient.allclose(fused.Gradient, bound, bound), name);
        }
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Extreme_inputs_have_the_same_derivative_in_the_fused_kernel(string name)
    {
        using var scope = NewDisposeScope();
        float[] extremes = [0, 1, float.BitDecrement(1), 1e-38f, 3e38f, -3e38f, 1e10f, -1e10f, 1.5f, 2, 0.5f, -1];
        var x = tensor(extremes).repeat(3).unsqueeze(0); // one step: H is the input itself
        var g = ones(1, x.shape[1]);
        var reference = RunIF(name, NeuronBackend.Reference, x, g);
        var fused = RunIF(name, NeuronBackend.Fused, x, g);

        // the cosine of such numbers depends on their last digits
        Assert.True(name == nameof(SquarewaveFourierSeries) || reference.allclose(fused, 1e-5, 1e-6, equal_nan: true),
            $"{reference.str()} {fused.str()}");
        Assert.True(reference.isnan().equal(fused.isnan()).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void The_spike_is_the_step_function(string name)
    {
        using var scope = NewDisposeScope();
        var u = tensor(new[] { -2f, -float.Epsilon, -0f, 0f, float.Epsilon, 3f, float.NaN, float.NegativeInfinity });

        Assert.Equal([0f, 0, 1, 1, 1, 1, 0, 0], SurrogateCatalog.Create(name).Spike(u).data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void The_derivative_is_that_of_the_primitive(string name)
    {
        using var scope = NewDisposeScope();

        // a thousand points, none at a kink (those are at halves and whole numbers)
        var u = ((arange(0, 1000, dtype: ScalarType.Float64) - 500) * 0.00799) + 0.00123;
        const double step = 1e-6;
        var surrogate = SurrogateCatalog.Create(name);
        if (surrogate.Primitive(u + step) is not { } above || surrogate.Primitive(u - step) is not { } below)
        {
            Assert.Contains(name, new[] { nameof(FakeNumericalGradient), nameof(SuperSpike) }); // these have none
            return;
        }

        var slope = (above - below) / (2 * step);
        var error = (slope - surrogate.Gradient(u)).abs().max().item<double>();

        // S2NN's primitive has 1e-5 inside its logarithm, its derivative does not
        Assert.InRange(error, 0, name == nameof(S2NN) ? 2e-5 : 1e-7);
    }

    [Fact]
    public void The_release_branch_has_twice_the_slope_on_the_ramp()
    {
        using var scope = NewDisposeScope();
        var u = zeros(1);

        Assert.Equal(0.5f, SurrogateCatalog.Create(nameof(PiecewiseLeakyReLU)).Gradient(u).item<float>());
        Assert.Equal(1f, SurrogateCatalog.Create(nameof(PiecewiseLeakyReLU), release: true).Gradient(u).item<float>());
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Name_and_constants_make_the_same_surrogate_again(string name)
    {
        using var scope = NewDisposeScope();
        var u = linspace(-2, 2, 41);
        foreach (var release in new[] { false, true })
        {
            var original = SurrogateCatalog.Create(name, release: release);
            var again = SurrogateCatalog.Create(original.Name, original.Constants);
            Assert.Equal(original.ToString(), again.ToString());
            Assert.True(original.Gradient(u).equal(again.Gradient(u)).all().item<bool>());
        }

        var surrogate = SurrogateCatalog.Create(name);
        Assert.StartsWith(name + "(", surrogate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ATan(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sigmoid(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Erf(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QPseudoSpike(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseLeakyReLU(w: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SquarewaveFourierSeries(n: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SquarewaveFourierSeries(n: int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiLevelSpikeCount(0));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"alpha\": \"two\"}")]
    [InlineData("{\"alpha\": -1}")]
    [InlineData("{\"alpha\": 1e999}")]
    public void Constants_that_are_no_numbers_in_range_are_refused(string json)
    {
        using var constants = System.Text.Json.JsonDocument.Parse(json);
        Assert.ThrowsAny<ArgumentException>(() => SurrogateCatalog.Create("ATan", constants.RootElement));
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_known_ones()
    {
        Assert.Contains("ATan", Assert.Throws<ArgumentException>(() => SurrogateCatalog.Create("Atan")).Message, StringComparison.Ordinal);
        var constants = new Dictionary<string, double> { ["beta"] = 1 };
        Assert.Contains("alpha", Assert.Throws<ArgumentException>(() => SurrogateCatalog.Create("ATan", constants)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Chance_cannot_be_the_spike_of_a_point_neuron() =>
        Assert.Contains("0 or 1", Assert.Throws<ArgumentException>(() => new IFNode(surrogate: new PoissonPass())).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Counts_are_rounded_half_to_even_and_passed_back_inside_the_window()
    {
        using var scope = NewDisposeScope();
        var u = tensor(new[] { -1f, 0f, 0.5f, 1.5f, 2.6f, 4f, 9f }).requires_grad_();
        var counts = new MultiLevelSpikeCount(4).Spike(u);
        counts.sum().backward();

        Assert.Equal([0f, 0, 0, 2, 3, 4, 4], counts.data<float>().ToArray());
        Assert.Equal([0f, 1, 1, 1, 1, 1, 0], u.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_spike_of_chance_has_the_probability_of_its_input()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var u = full(10_000, 0.3).requires_grad_();
        var spikes = new PoissonPass().Spike(u);
        spikes.sum().backward();

        Assert.InRange(spikes.mean().item<float>(), 0.28f, 0.32f); // four standard deviations
        Assert.True(u.grad!.eq(1).all().item<bool>());
    }

    private static Tensor RunIF(string name, NeuronBackend backend, Tensor input, Tensor g)
    {
        using var neuron = new IFNode(surrogate: SurrogateCatalog.Create(name)) { Backend = backend };
        var x = input.clone().requires_grad_();
        (neuron.call(x) * g).sum().backward();
        return x.grad!;
    }

    private static (Tensor Spikes, Tensor Gradient) Run(Surrogate surrogate, NeuronBackend backend, Tensor input, Tensor g)
    {
        using var neuron = new LIFNode(tau: 1.7, surrogate: surrogate) { Backend = backend };
        var x = input.clone().requires_grad_();
        var spikes = neuron.call(x);
        (spikes * g).sum().backward();
        return (spikes, x.grad!);
    }
}
