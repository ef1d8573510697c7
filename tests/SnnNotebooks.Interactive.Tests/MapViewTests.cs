using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Models;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class MapViewTests
{
    [Fact]
    public void Maps_over_time_say_what_is_shown_of_how_much()
    {
        using var maps = zeros([130, 5, 10, 200, 100]);
        maps[3, 2, 4, 7, 9] = float.NaN;
        maps[0, 0, 0, 0, 0] = -2;

        Assert.Equal(
            "m: 44 of 130 time steps, 13 of 50 maps (rows of 6) of 200 x 100, 1 pixel in 4 in each direction shown; values -2 to 0",
            maps.ShowOverTime("m").ToString());
        using var small = tensor(new[] { float.NaN, 1, 2, 3 }).view(2, 1, 2);
        Assert.Contains("values 1 to 3; NaN OR INFINITE", small.ShowOverTime().ToString(), StringComparison.Ordinal);
        using var flat = ones(2, 3);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => flat.ShowOverTime()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Feature_maps_are_those_of_the_layer_and_leave_the_network_as_it_was()
    {
        using var network = nn.Sequential(("scale", new Doubling()), ("lif", new LIFNode()));
        using var input = full([3, 2, 4, 5, 6], 0.25f);
        input[0, 1, 0, 0, 0] = 7;
        network.train();

        Assert.Equal("Feature maps of scale: 3 of 3 time steps, 4 of 4 maps (rows of 2) of 5 x 6; values 0.5 to 14",
            network.ShowFeatureMaps(input, "scale", 1).ToString());
        Assert.Contains("values 0.5 to 0.5", network.ShowFeatureMaps(input, "scale").ToString(), StringComparison.Ordinal);
        Assert.Contains("values 0 to 1", network.ShowFeatureMaps(input, "lif", 1).ToString(), StringComparison.Ordinal);
        Assert.True(network.training);
        Assert.Contains("the network has scale, lif",
            Assert.Throws<ArgumentException>(() => network.ShowFeatureMaps(input, "conv")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.ShowFeatureMaps(input, "lif", 2));
        Assert.Contains("the network has none", Assert.Throws<ArgumentException>(() => network.ShowAttention(input, "lif")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Self_attention_shows_queries_times_keys_of_each_head_and_qk_attention_its_switches()
    {
        using var spikformer = new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 32, 4, 1, 10, Channels: 1));
        using var images = rand(2, 1, 32, 32);
        var view = spikformer.ShowAttention(images, "block.0.attn");
        Assert.Contains("4 of 4 time steps, 4 of 4 maps", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("of 64 x 64", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("no attention; the network has block.0.attn",
            Assert.Throws<ArgumentException>(() => spikformer.ShowAttention(images, "head")).Message, StringComparison.Ordinal);

        using var qkformer = new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 3, 10, 4, Channels: 1));
        var switches = qkformer.ShowAttention(images, "stage1.0.tssa");
        Assert.Contains("4 of 4 time steps, 4 of 4 maps", switches.ToString(), StringComparison.Ordinal);
        Assert.Contains("of 32 x 32", switches.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tuning_is_mean_and_standard_error_of_each_stimulus()
    {
        var curve = TuningCurve.Of("u", [90, 0, 0, 0], [7, 1, 2, 6]);

        Assert.Equal([0, 90], curve.Stimuli);
        Assert.Equal([3, 7], curve.Means);
        Assert.Equal(Math.Sqrt(7.0 / 3), curve.StandardErrors[0], 12); // deviations -2, -1, 3: variance 14/2, over 3 trials
        Assert.True(double.IsNaN(curve.StandardErrors[1]));
        Assert.Equal(90, curve.Preferred);
        Assert.Throws<ArgumentException>(() => TuningCurve.Of("u", [1, 2], [3]));
        Assert.Throws<ArgumentException>(() => TuningCurve.Of("u", [double.NaN], [3]));
        Assert.Contains("u: strongest at 90 with 7, weakest 3", new[] { curve }.Show().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reconstruction_has_a_score_for_each_channel()
    {
        using var truth = tensor(new[] { 1.0, 5, 2, 5, 3, 5 }).view(3, 2);
        using var model = tensor(new[] { 1.0, 4, 2, 5, 4, 6 }).view(3, 2);

        Assert.Equal("r: a R2 0.500, b R2 undefined", model.ShowAgainst(truth, "r", ["a", "b"]).ToString());
        using var other = ones(3, 3);
        Assert.Contains("[3, 3]", Assert.Throws<ArgumentException>(() => model.ShowAgainst(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stimuli_are_sorted_by_category()
    {
        using var features = rand(4, 6);
        using var matrix = new SnnNotebooks.Similarity.Rsa().RepresentModel(SnnNotebooks.Similarity.ResponseMatrix.FromTensor(features));

        Assert.Contains("categories animal (3), car (1)",
            new[] { ("net", matrix) }.Show("r", ["animal", "car", "animal", "animal"]).ToString(), StringComparison.Ordinal);
        Assert.Contains("3 categories",
            Assert.Throws<ArgumentException>(() => new[] { ("net", matrix) }.Show("r", ["a", "b", "c"])).Message, StringComparison.Ordinal);
    }

    private sealed class Doubling() : nn.Module<Tensor, Tensor>(nameof(Doubling))
    {
        public override Tensor forward(Tensor input) => input * 2;
    }
}
