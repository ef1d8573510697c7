using System.Text.Json;
using System.Text.Json.Nodes;
using SnnNotebooks.Conformance;
using SnnNotebooks.Latents;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class SwapVaeTests
{
    [SharedFact("golden/neuro/golden_nets.json")]
    public void The_losses_are_those_of_the_published_code()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.SharedPath("golden/neuro/golden_nets.json")!));
        var result = new SwapVaeComparer().Compare("swapvae", document.RootElement.GetProperty("swapvae"));

        Assert.True(result.Outcome == ConformanceOutcome.Passed, result.Detail);
    }

    [SharedFact("golden/neuro/golden_nets.json")]
    public void A_wrong_number_in_the_reference_is_found()
    {
        var entry = JsonNode.Parse(File.ReadAllText(Repository.SharedPath("golden/neuro/golden_nets.json")!))!["swapvae"]!;
        entry["kl"] = 0.7821;
        using var document = JsonDocument.Parse(entry.ToJsonString());
        var result = new SwapVaeComparer().Compare("swapvae", document.RootElement);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.StartsWith("kl", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Identical_views_reconstruct_alike_with_and_without_exchange()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = new SwapVae(12, latent: 6, style: 2, hidden: [12, 8]);
        var x = poisson(ones(16, 12));
        var noise = randn(16, 2);
        var loss = network.Loss(x, x, noise, noise);

        Assert.Equal(loss.Original.item<float>(), loss.Swapped.item<float>(), 5);
        Assert.Equal(0, loss.Alignment.item<float>(), 5);
    }

    [Fact]
    public void Divergence_is_zero_where_both_distributions_agree()
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = (randn(5, 3), randn(5, 3));

        Assert.Equal(0, PoissonLikelihood.Divergence(mean, logVariance, mean, logVariance).abs().max().ToDouble(), 6);
        Assert.Equal(0, PoissonLikelihood.Divergence(zeros(5, 3), zeros(5, 3)).abs().max().ToDouble(), 6);

        // N(1, e^2) from N(0, 1), in one dimension: (e^2 + 1 - 1 - 2) / 2
        var one = PoissonLikelihood.Divergence(ones(1, 1), 2 * ones(1, 1));
        Assert.Equal((Math.Exp(2) - 2) / 2, one.ToDouble(), 5);
        Assert.Equal(one.ToDouble(), PoissonLikelihood.Divergence(ones(1, 1), 2 * ones(1, 1), zeros(1, 1), zeros(1, 1)).ToDouble(), 5);
    }

    [Fact]
    public void The_contrast_is_the_published_formula()
    {
        using var scope = NewDisposeScope();
        var first = tensor(new[,] { { 1.0, 0.0 }, { 0.0, 2.0 } });
        var second = tensor(new[,] { { 3.0, 0.0 }, { 0.0, 1.0 } });

        // every view has its partner at cosine 1 and two others at cosine 0
        Assert.Equal(-Math.Log(Math.Exp(2) / (Math.Exp(2) + 2)), Contrast.NtXent(first, second, 0.5).ToDouble(), 10);
        Assert.Equal(0, Contrast.Alignment(first, second).ToDouble(), 10);
        Assert.Equal(2, Contrast.Alignment(first, second.flip(0)).ToDouble(), 10);
    }

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SwapVae(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SwapVae(10, latent: 4, style: 4));
    }
}
