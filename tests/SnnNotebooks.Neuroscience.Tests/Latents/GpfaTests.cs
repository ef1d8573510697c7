using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class GpfaTests
{
    [Fact]
    public void Smooth_factors_are_found_with_their_time_scales_and_subspace()
    {
        using var scope = NewDisposeScope();
        var (counts, loadings) = Planted(trials: 60, bins: 40, neurons: 20, timescales: [3, 10]);
        using var model = new GpfaModel(new GpfaOptions { Factors = 2, SquareRoot = false, Iterations = 60 });
        model.Fit(counts);

        // cosines of the angles between the planted subspace and the one found
        var cosines = linalg.svdvals(linalg.qr(loadings).Q.t().Product(model.Axes!.to(float64))).Numbers<double>();
        Assert.All(cosines, cosine => Assert.InRange(cosine, Math.Cos(5 * Math.PI / 180), 1 + 1e-6));
        double[] found = [.. model.Parameters!.Timescales.Numbers<double>().Order()];
        Assert.InRange(found[0], 3 * 0.9, 3 * 1.1);
        Assert.InRange(found[1], 10 * 0.85, 10 * 1.15);
        Assert.True(model.LogLikelihoods.Zip(model.LogLikelihoods.Skip(1)).All(pair => pair.Second > pair.First - 1e-6));
        var axes = model.Axes!.t().Product(model.Axes!);
        Assert.True(axes.allclose(eye(2), atol: 1e-5));
    }

    [Fact]
    public void Its_own_samples_are_followed_better_than_by_factor_analysis()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(trials: 40, bins: 30, neurons: 8, timescales: [6], noise: 2);
        var truth = Planted(trials: 40, bins: 30, neurons: 8, timescales: [6], noise: 0).Counts;
        double Error(ILatentModel model)
        {
            using (model)
            {
                model.Fit(counts);
                return (model.Reconstruct(counts) - truth).square().mean().ToDouble();
            }
        }

        var smooth = Error(new GpfaModel(new GpfaOptions { Factors = 1, SquareRoot = false, Iterations = 50 }));
        Assert.True(smooth < 0.7 * Error(new FactorAnalysisModel(1)), $"{smooth}");
    }

    [Fact]
    public void Trials_of_unequal_length_are_learned_from_and_embedded_each()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(trials: 12, bins: 20, neurons: 6, timescales: [4]);
        Tensor[] trials = [.. Enumerable.Range(0, 12).Select(trial => counts[trial, ..(12 + (trial % 3 * 4))].contiguous())];
        using var model = new GpfaModel(new GpfaOptions { Factors = 1, Iterations = 5 });
        model.Fit(trials);
        var embedded = model.Embed(trials);

        Assert.Equal(trials.Select(trial => trial.shape[0]), embedded.Select(trial => trial.shape[0]));
        foreach (var (trial, found) in trials.Zip(embedded))
        {
            Assert.True(model.Embed(trial.unsqueeze(0))[0].allclose(found, atol: 1e-5));
        }

        using var whole = new GpfaModel(new GpfaOptions { Factors = 1, Iterations = 5 });
        using var listed = new GpfaModel(new GpfaOptions { Factors = 1, Iterations = 5 });
        whole.Fit(counts);
        listed.Fit([.. counts.unbind(0)]);
        Assert.Equal(whole.LogLikelihoods, listed.LogLikelihoods);
    }

    [Fact]
    public void Long_trials_are_cut_for_learning_and_embedded_whole()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(trials: 6, bins: 45, neurons: 6, timescales: [4]);
        using var model = new GpfaModel(new GpfaOptions { Factors = 1, Iterations = 5, LongestSegment = 20 });
        model.Fit(counts);
        Assert.Equal([6, 45, 1], model.Embed(counts).shape);
        var message = Assert.Throws<ArgumentException>(() => model.Embed(zeros(1, 9000, 6))).Message;
        Assert.Contains("shorter trials", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Silent_neurons_do_no_harm_and_impossible_sizes_are_refused()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted(trials: 8, bins: 10, neurons: 5, timescales: [3]);
        counts[.., .., 2] = 0;
        using var model = new GpfaModel(new GpfaOptions { Factors = 2, Iterations = 10 });
        model.Fit(counts);
        Assert.True(model.Embed(counts).isfinite().all().item<bool>());
        Assert.InRange(model.Reconstruct(counts)[.., .., 2].abs().max().item<float>(), 0, 1e-3);

        Assert.Contains("fewer than bins", Assert.Throws<ArgumentException>(() => model.Fit(counts[..1, ..2])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new GpfaModel(new GpfaOptions { Factors = 6 }).Fit(counts));
        Assert.Throws<ArgumentException>(() => model.Fit([counts[0], counts[0, .., ..3]]));
        Assert.Throws<ArgumentException>(() => model.Fit(Array.Empty<Tensor>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpfaModel(new GpfaOptions { NoiseShare = 1 }));
    }

    /// <summary>Counts around 20 that Gaussian processes drive, and the weights of the neurons.</summary>
    private static (Tensor Counts, Tensor Loadings) Planted(int trials, int bins, int neurons, double[] timescales, double noise = 1)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var steps = arange(bins, dtype: float64);
        var squared = (steps.unsqueeze(1) - steps).square();
        var loadings = randn(neurons, timescales.Length, dtype: float64, generator: random);
        var factors = stack([.. timescales.Select(tau =>
        {
            var covariance = (0.999 * (-squared / (2 * tau * tau)).exp()) + (0.001 * eye(bins, dtype: float64));
            return randn(trials, bins, dtype: float64, generator: random).Product(linalg.cholesky(covariance).t());
        })], 2);
        var values = factors.Product(loadings.t()) + 20 + (noise * randn(trials, bins, neurons, dtype: float64, generator: random));
        return (values.clamp(min: 0).to(float32).MoveToOuterDisposeScope(), loadings.MoveToOuterDisposeScope());
    }
}
