using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class JpcaTests
{
    private const int Conditions = 12;
    private const int Neurons = 30;
    private const double Fast = 0.03; // turns a bin
    private const double Slow = 0.012;

    [Fact]
    public void Planted_rotations_are_found_in_order_of_frequency_and_direction()
    {
        using var scope = NewDisposeScope();
        var (counts, weights) = Planted(bins: 50, repeats: 1, poisson: false);
        using var model = new JpcaModel(new JpcaOptions { Components = 4, Softening = 0 });
        model.Fit(counts);
        var found = model.Dynamics!;

        Assert.Equal(Fast, found.Planes[0].Frequency, Fast * 0.02);
        Assert.Equal(Slow, found.Planes[1].Frequency, Slow * 0.02);
        Assert.InRange(found.Skew, 0.9, found.Best + 1e-12);
        Assert.InRange(found.Planes.Sum(plane => plane.Variance), 0.99, 1 + 1e-9);

        // trajectories turn from the first axis to the second
        var first = model.Embed(counts)[.., .., ..2].to(float64);
        var (x, y) = (first[.., .., 0], first[.., .., 1]);
        Assert.True(((x[.., ..^1] * y[.., 1..]) - (y[.., ..^1] * x[.., 1..])).min().ToDouble() > 0);

        // the plane is that of the neurons' planted weights, normalised as the model normalises
        var range = counts.amax([0, 1]) - counts.amin([0, 1]);
        var planted = linalg.qr((weights[.., ..2] / range.unsqueeze(1)).to(float64)).Q;
        var cosines = linalg.svdvals(planted.t().Product(model.Axes![.., ..2].to(float64))).Numbers<double>();
        Assert.All(cosines, cosine => Assert.InRange(cosine, 0.98, 1 + 1e-6));
        Assert.Equal(0, (model.Reconstruct(counts) - counts).abs().mean().ToDouble(), 0.2);
    }

    [Fact]
    public void Rotations_are_found_in_spikes_averaged_over_repeats_and_not_in_shuffled_time()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(bins: 50, repeats: 100, poisson: true);
        var facts = new TrialFacts
        {
            Factors = [new TrialFactor("phase", [.. Enumerable.Range(0, (int)counts.shape[0]).Select(trial => trial % Conditions)])],
        };
        using var model = new JpcaModel(new JpcaOptions { Components = 4 });
        model.Fit(counts, facts);
        Assert.Equal("conditions", model.Told);
        Assert.Equal(Fast, model.Dynamics!.Planes[0].Frequency, Fast * 0.02);
        Assert.True(model.Dynamics.Skew > 0.7, $"{model.Dynamics.Skew}");

        using var random = new Generator(4);
        var order = randperm(50, generator: random);
        model.Fit(counts.index_select(1, order), facts);
        Assert.True(model.Dynamics.Skew < 0.2, $"{model.Dynamics.Skew}");
    }

    [Theory]
    [InlineData(0.03, 1)]
    [InlineData(0.03, 0.25)]
    [InlineData(0.08, 1)]
    [InlineData(0.08, 0.25)]
    public void Noise_of_spikes_does_not_slow_a_planted_rotation(double planted, double perBin)
    {
        using var scope = NewDisposeScope();
        var facts = new TrialFacts
        {
            Factors = [new TrialFactor("phase", [.. Enumerable.Range(0, 12 * Conditions).Select(trial => trial % Conditions)])],
        };
        using var model = new JpcaModel(new JpcaOptions { Components = 2 });
        double[] published = new double[6], freed = new double[6];
        for (var seed = 0; seed < freed.Length; seed++)
        {
            using var random = new Generator((ulong)seed);
            model.Fit(poisson(Turning(planted, perBin).repeat(12, 1, 1), random).to(float32), facts);
            var plane = model.Dynamics!.Planes[0];
            Assert.InRange(plane.Noise!.Value, 0.015, 0.3);
            (published[seed], freed[seed]) = ((plane with { Noise = null }).Turns, plane.Turns);
        }

        Assert.Equal(planted, freed.Average(), 0.02 * planted);
        Assert.True(published.Average() < 0.975 * planted, $"{published.Average() / planted}"); // what is undone
    }

    [Fact]
    public void A_plane_of_noise_has_no_frequency_and_without_repeats_noise_is_not_known()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var counts = poisson(ones(40, 30, Neurons) * 2, random);
        using var model = new JpcaModel(new JpcaOptions { Components = 4 });
        model.Fit(counts, new TrialFacts { Factors = [new TrialFactor("nothing", [.. Enumerable.Range(0, 40).Select(i => i % 4)])] });
        Assert.All(model.Dynamics!.Planes, plane => Assert.True(plane.Noise > 0.5 && double.IsNaN(plane.Turns), $"{plane}"));

        model.Fit(counts);
        Assert.All(model.Dynamics!.Planes, plane => Assert.True(plane.Noise is null && plane.Turns > 0, $"{plane}"));
    }

    [Fact]
    public void What_cannot_rotate_is_refused_in_words()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(bins: 20, repeats: 1, poisson: false);
        string Refused(Tensor of, JpcaOptions? options = null)
        {
            using var model = new JpcaModel(options);
            return Assert.Throws<ArgumentException>(() => model.Fit(of)).Message;
        }

        var silent = counts.clone();
        silent[.., .., 4] = 7;
        Assert.Contains("the first is 4", Refused(silent, new JpcaOptions { Softening = 0 }), StringComparison.Ordinal);
        Assert.Contains("at least 2 bins", Refused(counts[.., ..1]), StringComparison.Ordinal);
        Assert.Contains("nothing rotates", Refused(counts[..1].expand(3, 20, Neurons)), StringComparison.Ordinal);
        Assert.Contains("as many components as neurons", Refused(counts[.., .., ..3]), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new JpcaModel(new JpcaOptions { Components = 3 }));
        using var model = new JpcaModel();
        model.Fit(counts);
        Assert.Contains("no longer", Assert.Throws<ArgumentException>(() => model.Embed(zeros(1, 21, Neurons))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>[conditions, 40, N]: rates that one rotation drives, at evenly spread phases and preferred phases.</summary>
    private static Tensor Turning(double turns, double perBin)
    {
        var phase = (turns * arange(40, dtype: float64)) + (arange(Conditions, dtype: float64).unsqueeze(1) / Conditions);
        var preferred = arange(Neurons, dtype: float64) / Neurons;
        return perBin * (1 + (0.6 * (2 * Math.PI * (phase.unsqueeze(2) - preferred)).cos()));
    }

    /// <summary>
    /// Counts around 20 that two rotations drive at evenly spread phases; each neuron prefers a phase of either, evenly spread, too. With
    /// the weights.
    /// </summary>
    private static (Tensor Counts, Tensor Weights) Planted(int bins, int repeats, bool poisson)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        var steps = arange(bins, dtype: float64);
        var preferred = 2 * Math.PI * arange(Neurons, dtype: float64) / Neurons;
        var weights = 6 * stack([preferred.cos(), preferred.sin(), (3 * preferred).cos(), (3 * preferred).sin()], 1);
        var rates = stack([.. Enumerable.Range(0, Conditions).Select(condition =>
        {
            var phase = condition / (double)Conditions;
            var (fast, slow) = (2 * Math.PI * ((Fast * steps) + phase), 2 * Math.PI * ((Slow * steps) + (5 * phase)));
            return stack([fast.cos(), fast.sin(), slow.cos(), slow.sin()], 1).Product(weights.t()) + 20;
        })]).clamp(min: 0).repeat(repeats, 1, 1);
        var counts = poisson ? torch.poisson(rates, random) : rates;
        return (counts.to(float32).MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
    }
}
