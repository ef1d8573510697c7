using SnnNotebooks.Conformance;
using SnnNotebooks.Similarity;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary>The metrics: reference values, properties, undefined responses, other ways to the same number.</summary>
public sealed class SimilarityTests
{
    public static TheoryData<string> Metrics { get; } = [.. SimilarityMetrics.Names];

    [SharedFact("golden/neuro/golden.json")]
    public void Metrics_meet_the_published_codes_numbers()
    {
        var results = new SimilaritySuite().Run(Path.Combine(Repository.SharedPath("golden/neuro")!, "golden.json")).ToList();
        Assert.DoesNotContain(results, result => result.Outcome == ConformanceOutcome.Failed);
        Assert.True(results.Count(result => result.Outcome == ConformanceOutcome.Passed) >= 30);
    }

    [SharedFact("data/macaque_v4_it_majaj/V4.npy")]
    public void Macaque_v4_resembles_it_as_much_as_published()
    {
        using var v4 = ResponseMatrix.Open(Repository.SharedPath("data/macaque_v4_it_majaj/V4.npy")!);
        using var it = ResponseMatrix.Open(Repository.SharedPath("data/macaque_v4_it_majaj/IT.npy")!);
        Assert.Equal(0.30022, new Rsa().Score(v4, it).OrNaN, 5);
        Assert.Equal(0.4735, new Svcca(keepNeural: true, method: ReductionMethod.Randomised).Score(v4, it).OrNaN, 4);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void The_same_order_of_stimuli_on_both_sides_does_not_matter_and_another_on_one_side_does(string name)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(60, 80, 12, seed: 1);
        var metric = SimilarityMetrics.Create(
            name, new MetricOptions(Components: 8, Ties: RankTies.Average)); // ordinal ranks of ties follow the order
        var order = Order(60, seed: 2);
        var score = metric.Score(model, neural).OrNaN;
        Assert.InRange(score, 0.3, 1);
        Assert.Equal(score, metric.Score(model.index_select(0, order), neural.index_select(0, order)).OrNaN,
            name is "pls" or "rdm-cv" or "cka-cv" ? 0.05 : 1e-9); // these split by place
        Assert.True(metric.Score(model.index_select(0, order), neural).OrNaN < score - 0.2,
            "stimuli shuffled on one side must lower the score");
    }

    [Theory]
    [InlineData("svcca")]
    [InlineData("cka")]
    [InlineData("cka-rbf")]
    [InlineData("regression")]
    [InlineData("r2")]
    [InlineData("pls")]
    [InlineData("procrustes")]
    [InlineData("wuc")]
    public void Rotated_features_score_the_same(string name)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(50, 30, 10, seed: 3);
        var rotation = linalg.qr(randn(30, 30, ScalarType.Float64)).Q;
        var metric = SimilarityMetrics.Create(name, new MetricOptions(Components: 8));
        Assert.Equal(metric.Score(model, neural).OrNaN, metric.Score(model.mm(rotation), neural).OrNaN, 9);
    }

    [Fact]
    public void Rsa_does_not_change_under_rotations_that_keep_a_stimulus_mean()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(50, 30, 10, seed: 4);

        // reflections that leave the vector of ones where it is
        var axis = randn(30, 1, ScalarType.Float64);
        axis = axis - axis.mean();
        var reflection = eye(30, dtype: ScalarType.Float64) - (2 * axis.mm(axis.t()) / axis.square().sum());
        Assert.Equal(new Rsa().Score(model, neural).OrNaN, new Rsa().Score(model.mm(reflection), neural).OrNaN, 9);
        Assert.Equal(new Rsa().Score(model, neural).OrNaN, new Rsa().Score((model * 3) + 7, neural).OrNaN, 9);
    }

    [Theory]
    [InlineData("rsa", 1)]
    [InlineData("tsrsa", 1)]
    [InlineData("rsa", 1e-25)]
    [InlineData("rsa", 1e25)]
    public void Products_in_float32_give_the_score_to_five_digits_whatever_the_responses_unit(string name, double unit)
    {
        using var scope = NewDisposeScope();
        manual_seed(13);
        var (model, neural) = Related(60, 5000, 300, seed: 13);
        var (single, exact) = (new MetricOptions(Products: ProductPrecision.Single), new MetricOptions());
        var expected = SimilarityMetrics.Create(name, exact).Score(model, neural).OrNaN;
        var found = SimilarityMetrics.Create(name, single).Score((model * unit) + (3 * unit), neural * unit).OrNaN;
        Assert.InRange(Math.Abs(found - expected), 0, 1e-5);
    }

    [Theory]
    [InlineData(ProductPrecision.Single)]
    [InlineData(ProductPrecision.Double)]
    public void Products_do_not_depend_on_how_responses_lie_in_memory(ProductPrecision precision)
    {
        using var scope = NewDisposeScope();
        manual_seed(15);
        var responses = randn(21, 3001) + 5; // several blocks, the last of which ends within a vector
        var expected = Products(responses);
        Assert.Equal(expected, Products(responses.to(ScalarType.Float64)));
        Assert.Equal(expected, Products(responses.t().contiguous().t()));

        double[] Products(Tensor values)
        {
            using var matrix = ResponseMatrix.FromTensor(values);
            return RowGram.OfCentredRows(matrix, ResponseSummary.Of(matrix), precision).Numbers<double>();
        }
    }

    [Fact]
    public void What_varies_or_is_no_number_behind_the_first_block_of_features_is_found()
    {
        using var scope = NewDisposeScope();
        manual_seed(14);
        const int Features = 9000; // several blocks
        var varied = randn(118, Features);
        var late = varied.clone();
        late[5] = 1;
        late[5, Features - 1] = 2; // varies in its last feature only
        var never = late.clone();
        never[5, Features - 1] = 1;
        var holed = varied.clone();
        holed[7, Features - 2] = float.NaN;
        var infinite = varied.clone();
        infinite[7, Features - 3] = float.NegativeInfinity;
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 }) // read as they are, and through a copy
        {
            Assert.Null(Summary(varied).RowsUndefined);
            Assert.Null(Summary(late).RowsUndefined);
            Assert.Contains("the first is row 5", Summary(never).RowsUndefined, StringComparison.Ordinal);
            Assert.Contains("NaN", Summary(holed).Undefined, StringComparison.Ordinal);
            Assert.Contains("NaN", Summary(infinite).Undefined, StringComparison.Ordinal);
            Assert.Null(Summary(varied * 1e30f).Undefined);

            ResponseSummary Summary(Tensor responses)
            {
                using var matrix = ResponseMatrix.FromTensor(responses.to(type));
                return ResponseSummary.Of(matrix);
            }
        }

        using var asFloats = ResponseMatrix.FromTensor(varied);
        using var asDoubles = ResponseMatrix.FromTensor(varied.to(ScalarType.Float64));
        var (sums, others) = (ResponseSummary.Of(asFloats).RowSums, ResponseSummary.Of(asDoubles).RowSums);
        Assert.True(sums.Equals(others), "the same numbers must have the same sums, to the bit");
        Assert.InRange((sums - varied.to(ScalarType.Float64).sum(1, keepdim: true)).abs().max().item<double>(), 0, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_score_of_something_with_itself_is_one(string name)
    {
        using var scope = NewDisposeScope();
        var (model, _) = Related(40, 6, 6, seed: 5);
        var score = SimilarityMetrics.Create(name).Score(model, model).OrNaN;
        Assert.InRange(score, name is "regression" or "r2" ? 0.9 : 1 - 1e-9, 1 + 1e-9);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Responses_that_cannot_be_scored_are_reported(string name)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(20, 30, 5, seed: 6);
        var metric = SimilarityMetrics.Create(name);
        var holed = model.clone();
        holed[3, 4] = double.NaN;
        Undefined(metric.Score(zeros(20, 30), neural), "does not vary");
        Undefined(metric.Score(full([20, 30], 0.1), neural), "does not vary");
        Undefined(metric.Score(holed, neural), "NaN");
        Undefined(metric.Score(model, full([20, 5], double.PositiveInfinity)), "infinite");
        Undefined(metric.Score(model.narrow(0, 0, 2), neural.narrow(0, 0, 2)), null);
        Assert.Throws<ArgumentException>(() => metric.Score(model, neural.narrow(0, 0, 19)));
    }

    /// <summary>Which score of noise is decided by the dimensions alone, by metric: stimuli, features, neurons, and what is said.</summary>
    public static TheoryData<string, int, int, int, string?> Dimensions { get; } = new()
    {
        { "svcca", 20, 100, 60, "19 of the 19 canonical correlations are 1 whatever" },
        { "svcca", 41, 100, 60, "40 of the 40" },
        { "svcca", 60, 100, 60, "21 of the 40" },
        { "svcca", 80, 100, 60, "1 of the 40 canonical correlations are 1 whatever the responses are. Take 81 stimuli or more" },
        { "svcca", 81, 100, 60, null },
        { "svcca", 12, 5, 6, null },
        { "svcca", 11, 5, 6, "1 of the 5" },
        { "r2", 41, 100, 60, "fit any responses" },
        { "r2", 20, 100, 60, "fit any responses" },
        { "r2", 42, 100, 60, null },
        { "rsa", 20, 2, 60, "2 features, over which every correlation is 1 or -1" },
        { "tsrsa", 20, 60, 2, "2 features" },
        { "stsrsa", 20, 2, 2, "2 features" },
        { "rsa", 20, 3, 3, null },
        { "regression", 20, 100, 60, null },
        { "pls", 20, 100, 60, "of 20 stimuli 2 are held out" },
        { "pls", 21, 100, 60, null },
        { "cka", 20, 100, 60, null },
        { "cka-rbf", 20, 100, 60, null },
        { "procrustes", 20, 100, 60, null },
        { "wuc", 20, 100, 60, null },
    };

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Where_the_dimensions_alone_decide_there_is_no_score(string name, int stimuli, int features, int neurons, string? said)
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        var score = SimilarityMetrics.Create(name)
            .Score(randn(stimuli, features, ScalarType.Float64), randn(stimuli, neurons, ScalarType.Float64));
        if (said is null)
        {
            Assert.True(score.Value < 0.99, $"{score.Value} {score.Undefined}");
        }
        else
        {
            Undefined(score, said);
        }
    }

    [Fact]
    public void Draws_of_too_few_different_stimuli_have_no_part_in_an_interval()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(100, 60, 50, seed: 13);
        using var a = ResponseMatrix.FromTensor(model, "a");
        using var b = ResponseMatrix.FromTensor(neural, "b");
        foreach (var (components, least, most) in new[] { (40, 0, 0), (4, 20, 20) })
        {
            var metric = new Svcca(components);
            using var x = metric.RepresentModel(a);
            using var y = metric.RepresentNeural(b);
            Assert.NotNull(metric.Compare(x, y).Value);
            Assert.InRange(Resampling.Bootstrap(metric, x, y, 20)?.Resampled.Count ?? 0, least, most);
        }
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("tsrsa")]
    [InlineData("stsrsa")]
    public void A_silent_stimulus_has_no_correlation(string name)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(20, 30, 5, seed: 7);
        model[4] = zeros(30, ScalarType.Float64);
        Undefined(SimilarityMetrics.Create(name).Score(model, neural), "row 4");
    }

    [Fact]
    public void A_neuron_that_never_varies_leaves_a_regression_undefined()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(20, 30, 5, seed: 8);
        neural.narrow(1, 2, 1).fill_(0.3);
        Undefined(new RidgeRegression().Score(model, neural), "column 2");
        Undefined(new PlsRegression().Score(model, neural), "column 2");
    }

    [Fact]
    public void Leave_one_out_in_closed_form_is_leave_one_out()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(40, 70, 9, seed: 9);
        var closed = new RidgeRegression().Score(model, neural);
        var explicitly = new RidgeRegression(RidgeOptions.Encoding with { Validation = Validation.Folds, Folds = 40 }).Score(model, neural);
        Assert.Equal(explicitly.OrNaN, closed.OrNaN, 12);
        Assert.Equal(9, closed.Parts.Count);
    }

    [Fact]
    public void Reducing_inside_the_folds_does_not_see_the_held_out_stimuli()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(30, 200, 6, seed: 10);
        var options = RidgeOptions.Encoding with { Components = 5, ReduceInsideFolds = true, Validation = Validation.Folds, Folds = 3 };
        var score = new RidgeRegression(options).Score(model, neural);

        // the same by hand, on the features themselves
        var predicted = zeros_like(neural);
        foreach (var held in KFold.Split(30, 3))
        {
            var test = tensor(held.Select(row => (long)row).ToArray());
            var train = tensor(Enumerable.Range(0, 30).Except(held).Select(row => (long)row).ToArray());
            var (_, _, axes) = linalg.svd(model.index_select(0, train), fullMatrices: false);
            var (seen, unseen) = (model.index_select(0, train).mm(axes[..5].t()), model.index_select(0, test).mm(axes[..5].t()));
            var (mean, target) = (seen.mean([0], true), neural.index_select(0, train));
            var weights = linalg.solve((seen - mean).t().mm(seen - mean) + eye(5, dtype: ScalarType.Float64),
                (seen - mean).t().mm(target - target.mean([0], true)));
            predicted.index_copy_(0, test, target.mean([0], true) + (unseen - mean).mm(weights));
        }

        var expected = Enumerable.Range(0, 6)
            .Average(
                neuron => RankCorrelation.Pearson(
                    predicted[.., neuron].contiguous().data<double>().ToArray(), neural[.., neuron].contiguous().data<double>().ToArray()));
        Assert.Equal(expected, score.OrNaN, 10);
    }

    [Fact]
    public void Many_stimuli_reduce_through_inner_products_to_the_same_score()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(520, 700, 50, seed: 11);
        var score = new Svcca().Score(model, neural).OrNaN;
        var (u, s, _) = linalg.svd(model, fullMatrices: false);
        Assert.Equal(new Svcca().Score((u * s)[.., ..40], neural).OrNaN, score, 9);
        Assert.Equal(new Procrustes().Score(u * s, neural).OrNaN, new Procrustes().Score(model, neural).OrNaN, 9);
    }

    [Fact]
    public void A_whitened_cosine_is_that_of_the_whole_covariance_matrix()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(9, 20, 5, seed: 12);
        var pairs = (from i in Enumerable.Range(0, 9) from j in Enumerable.Range(i + 1, 8 - i) select (i, j)).ToArray();
        var contrasts = zeros(pairs.Length, 9, ScalarType.Float64);
        for (var p = 0; p < pairs.Length; p++)
        {
            contrasts[p, pairs[p].i] = 1.0;
            contrasts[p, pairs[p].j] = -1.0;
        }

        var inverse = linalg.inv(contrasts.mm(contrasts.t()).square());
        Tensor Distances(Tensor x) => contrasts.mm(x).square().mean([1], keepdim: true);
        var (a, b) = (Distances(model), Distances(neural));
        double Inner(Tensor x, Tensor y) => x.t().mm(inverse).mm(y).item<double>();
        Assert.Equal(Inner(a, b) / Math.Sqrt(Inner(a, a) * Inner(b, b)), new WhitenedCosine().Score(model, neural).OrNaN, 10);

        // known: without trials to cross-validate it is the linear CKA
        Assert.Equal(new Cka().Score(model, neural).OrNaN, new WhitenedCosine().Score(model, neural).OrNaN, 10);
    }

    [Fact]
    public void Unbiased_distances_of_pure_noise_are_zero_on_average()
    {
        using var scope = NewDisposeScope();
        manual_seed(13);
        using var unbiased = WhitenedCosine.Unbiased(randn(30, 500), randn(30, 500));
        var pairs = unbiased.UpperTriangle();
        Assert.InRange(pairs.Average(), -0.05, 0.05); // biased ones are about 2
        Assert.Contains(pairs, distance => distance < 0);
        using var same = WhitenedCosine.Unbiased(ones(5, 3).cumsum(0), ones(5, 3).cumsum(0));
        Assert.Equal(16, same.Values[0, 4].item<double>(), 9);
    }

    [Fact]
    public void Chance_is_told_from_similarity()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(30, 40, 8, seed: 14);
        var metric = new Rsa();
        using var left = metric.RepresentModel(ResponseMatrix.FromTensor(model));
        using var right = metric.RepresentNeural(ResponseMatrix.FromTensor(neural));
        using var noise = metric.RepresentNeural(ResponseMatrix.FromTensor(randn(30, 8)));
        var test = Resampling.Permute(metric, left, right, 99)!;
        Assert.Equal(0.01, test.P, 12);
        Assert.True(Resampling.Permute(metric, left, noise, 99)!.P > 0.01);
        var interval = Resampling.Bootstrap(metric, left, right, 200)!;
        Assert.True(interval.Low < interval.Score && interval.Score < interval.High && interval.Low > 0.2,
            $"{interval.Low} {interval.Score} {interval.High}");
        Assert.Equal(2.5, Resampling.Quantile([4, 1, 2, 3], 0.5), 12);
    }

    [Fact]
    public void Half_a_population_is_the_ceiling_of_the_other()
    {
        using var scope = NewDisposeScope();
        var (_, neural) = Related(40, 5, 60, seed: 15);
        var ceiling = NoiseCeiling.Of(NeuronHalves.Scores(new Rsa(), neural, 10));
        Assert.InRange(ceiling.Mean, 0.5, 1);
        Assert.Equal(10, ceiling.Splits);
        Assert.Equal(0.5, ceiling.Normalise(SimilarityScore.Of("rsa", ceiling.Mean / 2))!.Value, 12);
        Assert.Null(ceiling.Normalise(SimilarityScore.None("rsa", "silent")));
        Assert.Throws<ArgumentException>(() => NeuronHalves.Scores(new Rsa(), neural.narrow(1, 0, 1)));
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Nothing_leaks(string name)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Related(24, 60, 8, seed: 16);
        var metric = SimilarityMetrics.Create(name, new MetricOptions(Components: 5));
        metric.Score(model, neural);
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        for (var i = 0; i < 3; i++)
        {
            metric.Score(model, neural);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Undefined(SimilarityScore score, string? why)
    {
        Assert.Null(score.Value);
        Assert.NotNull(score.Undefined);
        Assert.Contains(why ?? string.Empty, score.Undefined, StringComparison.Ordinal);
    }

    /// <summary>Two views of the same four latent variables, with noise.</summary>
    private static (Tensor Model, Tensor Neural) Related(long stimuli, long features, long neurons, int seed)
    {
        manual_seed(seed);
        var latent = randn(stimuli, 4, ScalarType.Float64);
        return (
            latent.mm(randn(4, features, ScalarType.Float64)) + (0.3 * randn(stimuli, features, ScalarType.Float64)) + 1,
            latent.mm(randn(4, neurons, ScalarType.Float64)) + (0.3 * randn(stimuli, neurons, ScalarType.Float64)));
    }

    private static Tensor Order(int count, uint seed) =>
        tensor(Array.ConvertAll(new NumpyRandom(seed).Permutation(count), row => (long)row));

    public static TheoryData<string> Names => [.. SimilarityMetrics.Names];

    /// <summary>Squares of squares leave the range of numbers at 1e-90 and 1e80: no score is what such a product leaves.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_unit_of_the_neurons_changes_no_score_however_small_or_large(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var (model, noise) = (randn(40, 12, dtype: ScalarType.Float64), randn(40, 7, dtype: ScalarType.Float64));
        var neural = model.narrow(1, 0, 7) + noise;
        var metric = SimilarityMetrics.Create(name, new MetricOptions(Components: 5));
        var score = metric.Score(model, neural).Value!.Value;

        foreach (var exponent in new[] { -400, -270, -100, 100, 270, 400 })
        {
            var scaled = metric.Score(model, neural * Math.ScaleB(1, exponent));

            Assert.True(scaled.Undefined is not null || Math.Abs(scaled.Value!.Value - score) < 1e-9,
                $"2^{exponent}: {scaled.Value} for {score}");
        }
    }
}
