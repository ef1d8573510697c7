using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Benchmark;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Benchmark;

/// <summary>What follows in closed form from the scores' definitions, and what they refuse.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public void Mean_rates_have_no_bits_and_the_true_rates_their_divergence()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var rates = rand(400, 50, 2, float64) * 3 + 0.05;
        var spikes = poisson(rates);
        Assert.Equal(0, SpikeLikelihood.BitsPerSpike(spikes.mean([0, 1], keepdim: true).expand_as(spikes), spikes), 1e-12);

        // per spike the expected gain is E[r log(r / mean)] / E[r]
        var mean = rates.mean([0, 1], keepdim: true);
        var expected = (rates * (rates / mean).log()).sum().ToDouble() / rates.sum().ToDouble() / Math.Log(2);
        Assert.Equal(expected, SpikeLikelihood.BitsPerSpike(rates, spikes), 0.02);
        Assert.True(SpikeLikelihood.BitsPerSpike(rates * 1.5, spikes) < SpikeLikelihood.BitsPerSpike(rates, spikes));
    }

    [Fact]
    public void One_count_has_poissons_likelihood() => Assert.Equal(
        2.5 - (3 * Math.Log(2.5)) + Math.Log(6),
        SpikeLikelihood.NegativeLogLikelihood(tensor(new[] { 2.5 }), tensor(new[] { 3.0 })), 1e-12);

    [Fact]
    public void A_linear_behaviour_is_read_and_a_constant_one_is_met_or_not()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var rates = rand(30, 10, 4, float64);
        var behaviour = rates.matmul(rand(4, 2, float64)) + 1;
        Assert.InRange(VelocityDecoding.R2(rates[..20], behaviour[..20], rates[20..], behaviour[20..]), 0.9999, 1);
        Assert.InRange(VelocityDecoding.R2(rates[..20], rand(20, 10, 2), rates[20..], rand(10, 10, 2)), -0.5, 0.2);
    }

    [Fact]
    public void Bad_rates_get_a_sentence()
    {
        using var scope = NewDisposeScope();
        var (rates, spikes) = (ones(4, 3, 2), ones(4, 3, 2));
        string Refused(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        Assert.Contains("same shape", Refused(() => SpikeLikelihood.BitsPerSpike(rates[..2], spikes)), StringComparison.Ordinal);
        Assert.Contains("negative", Refused(() => SpikeLikelihood.BitsPerSpike(-rates, spikes)), StringComparison.Ordinal);
        Assert.Contains("NaN", Refused(() => SpikeLikelihood.BitsPerSpike(rates * float.NaN, spikes)), StringComparison.Ordinal);
        Assert.Contains("negative or infinite", Refused(() => SpikeLikelihood.BitsPerSpike(rates, -spikes)), StringComparison.Ordinal);
        Assert.True(double.IsNaN(SpikeLikelihood.BitsPerSpike(rates, zeros(4, 3, 2))));
        Assert.Contains("expected [C, T, N]", Refused(() => PsthScore.R2(rates, spikes, [[0]])), StringComparison.Ordinal);
        Assert.Contains("No condition", Refused(() => PsthScore.R2(rates[..1], spikes, [[]])), StringComparison.Ordinal);
        Assert.Contains("[trials, T, K]", Refused(() => VelocityDecoding.R2(rates, ones(4, 2, 2), rates, spikes)),
            StringComparison.Ordinal);
        Assert.Contains("at least 5", Refused(() => VelocityDecoding.R2(rates[..1], spikes[..1], rates, spikes)), StringComparison.Ordinal);
    }

    [Fact]
    public void Latents_beyond_all_that_were_seen_foretell_no_higher_rate()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var latents = randn(20, 10, 2);
        using var readOut = new PoissonReadOut(latents, poisson(latents.exp()));
        var highest = readOut.Rates(latents).amax([0, 1]);
        Assert.True((readOut.Rates(latents + 1000) <= highest).all().item<bool>());
        Assert.True((readOut.Rates(latents) - latents.exp()).abs().mean().item<double>() < 0.3);
    }

    [Fact]
    public void Neurons_that_share_a_latent_are_foretold_and_others_are_not()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var latent = randn(60, 20, 2, float32);
        Tensor Counts(Tensor of) => poisson((of.matmul(randn(2, 16, float32)) * 0.6 + 0.5).exp().clamp(max: 20));
        using var shared = new RecordedTrials(Counts(latent), latent.alias(), ["a", "b"]);
        using var alone = new RecordedTrials(poisson(ones(60, 20, 16)), latent.alias(), ["a", "b"]);
        using var model = new FactorAnalysisModel(2);
        var found = new LatentsBenchmark().Score(model, shared);
        Assert.InRange(found.CoSmoothing, 0.2, 2);
        Assert.InRange(found.Velocity!.Value, 0.4, 1);
        Assert.Equal((12, 4), (found.TestTrials, found.HeldOut));
        Assert.Null(found.Psth);
        using var still = new RecordedTrials(shared.Counts.alias(), zeros([60, 20, 0]), []);
        var without = new LatentsBenchmark().Score(model, still);
        Assert.Equal((found.CoSmoothing, null), (without.CoSmoothing, without.Velocity));
        Assert.InRange(new LatentsBenchmark().Score(model, alone).CoSmoothing, -0.1, 0.02);
        Assert.Throws<ArgumentException>(() => new LatentsBenchmark(heldOut: 0).Score(model, shared));
    }
}
