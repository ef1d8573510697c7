using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class EvaluationTests
{
    [Fact]
    public void A_rotated_truth_scores_one_and_noise_nothing()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var truth = randn(8, 50, 3);
        var mixed = truth.matmul(randn(3, 5)) + 2;
        var noise = randn(8, 50, 5);

        Assert.Equal(1, LatentRecovery.Score(mixed[..4], truth[..4], mixed[4..], truth[4..]), 4);
        Assert.InRange(LatentRecovery.Score(noise[..4], truth[..4], noise[4..], truth[4..]), -0.2, 0.1);
        Assert.Equal(1, LatentRecovery.Roughness(noise), 1);
        Assert.InRange(LatentRecovery.Roughness(noise.cumsum(1)), 0, 0.2);
    }

    [Fact]
    public void True_rates_have_a_bits_ratio_of_one_and_the_counts_themselves_more()
    {
        using var data = new LorenzPopulation { Conditions = 4, TrialsPerCondition = 3, Steps = 60 }.Generate();

        Assert.Equal(1, LatentRecovery.BitsPerSpikeRatio(data.Counts, data.Rates, data.Rates), 6);
        Assert.True(LatentRecovery.BitsPerSpikeRatio(data.Counts, data.Counts, data.Rates) > 2);
    }

    [Fact]
    public void Linear_models_find_the_plane_the_data_lie_in()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var latents = randn(10, 40, 2);
        var counts = (latents.matmul(randn(2, 12)) + 10).clamp(min: 0);
        foreach (var model in new ILatentModel[] { new PcaModel(2), new FactorAnalysisModel(2) })
        {
            using (model)
            {
                model.Fit(counts);
                Assert.True(LatentRecovery.Score(model.Embed(counts), latents, model.Embed(counts), latents) > 0.99, model.Name);
                Assert.Equal(0, (model.Reconstruct(counts) - counts).abs().mean().ToDouble(), 1);
            }
        }

        Assert.Throws<InvalidOperationException>(() => new PcaModel(2).Embed(counts));
    }

    [Fact]
    public void Moments_and_projections_of_a_long_recording_are_those_of_all_its_bins()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var counts = poisson(full(3, 1_001, 900, 2.0)); // more numbers than are taken at once
        var rows = counts.flatten(0, 1).to(float64);
        var axes = randn(900, 2);

        var (mean, covariance) = CountMoments.Of(counts);
        var found = CountMoments.Project(counts, mean.to(float32), axes);

        Assert.True(allclose(mean, rows.mean([0])));
        Assert.True(allclose(covariance, rows.t().cov(correction: 0)));
        Assert.Equal([3, 1_001, 2], found.shape);
        Assert.True(allclose(found, (rows - mean).matmul(axes.to(float64)).to(float32).view(3, 1_001, 2), atol: 1e-3));
    }

    [Fact]
    public void Causal_smoothing_knows_no_future_and_Gaussian_smoothing_does()
    {
        using var scope = NewDisposeScope();
        var impulse = zeros(1, 9, 1);
        impulse[0, 4, 0] = 1;
        var causal = Smoothing.Causal(2).Apply(impulse).data<float>().ToArray();
        var both = Smoothing.Gaussian(1).Apply(impulse).data<float>().ToArray();

        Assert.All(causal[..4], value => Assert.Equal(0, value));
        Assert.Equal(Math.Exp(-0.5), causal[5] / causal[4], 0.05);
        Assert.Equal(both[3], both[5], 5);
        Assert.True(both[3] > 0.1);
        Assert.Equal(1, Smoothing.Gaussian(3).Apply(ones(1, 9, 1)).min().ToDouble(), 5);

        // trials of any length, with the first bins as they would be in a short one
        var step = cat([zeros(1, 3, 1), ones(1, 99_997, 1)], 1);
        foreach (var filter in new[] { Smoothing.Causal(5), Smoothing.Causal(0.5), Smoothing.Gaussian(5), Smoothing.Gaussian(0.5) })
        {
            Assert.Equal(filter.Apply(step[.., ..100, ..])[.., ..50, ..].data<float>().ToArray(),
                filter.Apply(step)[.., ..50, ..].contiguous().data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(1, filter.Apply(step)[0, 99_999, 0].ToDouble(), 5);
        }

        // where one part of a long trial ends and the next begins nothing is seen of it
        manual_seed(1);
        var noise = poisson(ones(2, 4500, 3));
        foreach (var filter in new[] { Smoothing.Causal(7), Smoothing.Gaussian(7) })
        {
            var around = filter.Apply(noise[.., 1500..2500, ..])[.., 300..700, ..];
            Assert.True((filter.Apply(noise)[.., 1800..2200, ..] - around).abs().max().ToDouble() < 1e-5);
        }
    }

    [Fact]
    public void Neighbours_vote_and_the_nearest_breaks_ties()
    {
        using var examples = tensor(new[,] { { 0f }, { 1f }, { 2f }, { 10f } });
        using var queries = tensor(new[,] { { 0.9f }, { 9f } });

        Assert.Equal([5, 7], NearestNeighbours.Predict(examples, [4, 5, 4, 7], queries, 1, cosine: false));
        Assert.Equal([4, 7], NearestNeighbours.Predict(examples, [4, 5, 4, 7], queries, 3, cosine: false)); // 4, 5, 4, and 7, 4, 5
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Predict(examples, [4, 5], queries, 1));
    }

    [Theory]
    [InlineData(3000, false, ScalarType.Float32)]
    [InlineData(1e6, false, ScalarType.Float64)]
    [InlineData(3000, true, ScalarType.Float32)]
    public void Neighbours_are_found_far_from_the_origin(double offset, bool cosine, ScalarType type)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        Tensor Points(int count) => (randn(count, 4, dtype: ScalarType.Float64) + offset).to(type);
        var (examples, queries) = (Points(200), Points(40));
        long[] places = [.. Enumerable.Range(0, 200).Select(place => (long)place)];

        Assert.Equal(
            queries.unbind(0).Select(query => Nearest(query.to(ScalarType.Float64), examples.to(ScalarType.Float64))),
            NearestNeighbours.Predict(examples, places, queries, 1, cosine));

        long Nearest(Tensor query, Tensor among)
        {
            var known = cosine ? among / among.norm(1, keepdim: true, p: 2) : among;
            return (known - (cosine ? query / query.norm() : query)).square().sum(1).argmin().item<long>();
        }
    }

    [Fact]
    public void Stimuli_are_told_apart_where_they_differ_and_not_where_they_do_not()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var scenes = randn(1, 12, 3, 4) + (0.2 * randn(10, 12, 3, 4));
        var noise = randn(10, 12, 3, 4);
        var told = StimulusDecoding.Scenes(scenes);
        var blind = StimulusDecoding.Scenes(noise);

        Assert.True(told.Accuracy > 0.9);
        Assert.Equal(24, told.Count);
        Assert.Equal(1.0 / 12, told.Chance, 12);
        Assert.True(told.Lowest < told.Accuracy && told.Highest > told.Accuracy - 1e-9);
        Assert.InRange(blind.Accuracy, 0, 0.35);
        Assert.True(StimulusDecoding.ScenesLinearly(scenes).Accuracy > 0.9);
        Assert.InRange(StimulusDecoding.ScenesLinearly(noise).Accuracy, 0, 0.35);

        // 900 frames, hits within 29 frames either way: about 6.5 %
        Assert.Equal(0.0645, StimulusDecoding.Frames(randn(3, 900, 2)).Chance, 3);
        Assert.Throws<ArgumentException>(() => StimulusDecoding.Scenes(noise[..2]));
    }
}
