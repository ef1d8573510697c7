using System.Text.Json;
using SnnNotebooks.Conformance;
using SnnNotebooks.Models;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>The networks that are compared with the visual cortex: sizes, keys, reference outputs, movies in pieces.</summary>
public sealed class VisualCortexNetworkTests
{
    [SharedFact("specs/keys/neuro_counts.json")]
    public void Networks_have_the_published_parameters_and_keys()
    {
        using var counts = JsonDocument.Parse(File.ReadAllText(Repository.SharedPath("specs/keys/neuro_counts.json")!));
        foreach (var network in counts.RootElement.EnumerateObject())
        {
            var entries = ModelPresets.Get(network.Name).Entries();
            Assert.Equal((network.Name, network.Value.GetProperty("params").GetInt64()),
                (network.Name, entries.Where(entry => entry.IsParameter).Sum(entry => entry.Count)));
            var keys = File.ReadLines(Repository.SharedPath($"specs/keys/{network.Name}.txt")!).Where(line => !line.StartsWith('#'))
                .Select(line => string.Join(' ', line.Split('\t')[..2]));
            Assert.Equal(keys, entries.Select(entry => $"{entry.Key} [{string.Join(", ", entry.Shape)}]"));
        }
    }

    [Theory]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet152", 60_192_808)]
    [InlineData("resnext50_32x4d", 25_028_904)]
    [InlineData("vgg11", 132_863_336)]
    [InlineData("vgg19", 143_667_240)]
    [InlineData("alexnet", 61_100_840)]
    public void Networks_of_comparison_have_torchvisions_parameters(string name, long parameters) =>
        Assert.Equal(parameters, ModelPresets.Get(name).Entries().Where(entry => entry.IsParameter).Sum(entry => entry.Count));

    [SharedFact("golden/neuro/golden_nets.json")]
    public void Networks_give_the_published_codes_numbers()
    {
        var results = new NetworkSuite().Run(Repository.SharedPath("golden/neuro/golden_nets.json")!).ToList();
        Assert.DoesNotContain(results, result => result.Outcome == ConformanceOutcome.Failed);
        Assert.True(results.Count(result => result.Outcome == ConformanceOutcome.Passed) >= 5);
    }

    [Fact]
    public void A_movie_in_pieces_is_the_whole_movie()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(1);
        foreach (var network in new SequenceNetwork[] { new LoRaFBNet(new LoRaFBOptions(Classes: 5)),
            new LoRaFBNet(new LoRaFBOptions(Spiking: false, Classes: 5)), CORnetRT.ForMovies(5), CORnetRT.ForMovies(5, spiking: true) })
        {
            var spiking = network.modules().Any(module => module is SpikingNeuron);
            ReferenceWeights.Fill(network, spiking ? 2.5 : 0.5); // without spikes, feedback with a gain above 1 has no end
            network.eval();
            var movie = randn([10, 1, 3, 32, 32]) * 2;
            var whole = network.call(movie);
            Functional.Reset(network);
            var pieces = cat([network.call(movie[..5]), network.call(movie[5..])]);

            // the matrix library may round differently where numbers lie elsewhere in memory; whole spikes are the same
            Assert.True(spiking ? whole.Equals(pieces) : whole.allclose(pieces, 1e-4, 1e-4),
                $"{network.GetName()} {spiking} {(whole - pieces).abs().max().item<float>()}");
            Functional.Reset(network);
            network.call(movie[..5]);
            Functional.Reset(network);
            var forgotten = network.call(movie[5..]);
            Assert.False(network is LoRaFBNet && whole[5..].Equals(forgotten), $"{network.GetName()} must miss what it forgot");
            Assert.Throws<InvalidOperationException>(() => network.call(randn([1, 2, 3, 32, 32])));
            network.Dispose();
        }
    }

    [Fact]
    public void Every_scored_layer_can_be_recorded_and_depths_grow()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (var network in new nn.Module<Tensor, Tensor>[] { new SewVisionNet(SewVisionOptions.Shallow(1, SewBlock.Grouped)),
            new SpikingMobileNet(10), new LoRaFBNet(new LoRaFBOptions()), CORnetRT.ForImages(10), new CORnetZ(10), new CORnetS(
                10), new ResNet(18) })
        {
            network.eval();
            var layers = ((IScoredNetwork)network).ScoredLayers;
            Assert.True(layers.Zip(layers.Skip(1)).All(pair => pair.First.Depth < pair.Second.Depth), network.GetName());
            var recorded = layers.Select(layer => layer.Path).ToList();
            using var recorder = new LayerRecorder(network, recorded);
            var scores = network.call(randn(1, 3, 64, 64));
            Assert.Equal(2, scores.dim());
            Assert.All(recorded, path => Assert.True(recorder.Take(path).numel() > 0));
            network.Dispose();
        }

        using var sew = new SewVisionNet(SewVisionOptions.Deep(18));
        Assert.Equal(
            "sn1 1, maxpool 2, layer1.0 4, layer1.1 6, layer2.0 8, layer2.1 10, layer3.0 12, layer3.1 14, layer4.0 16, layer4.1 18, "
            + "avgpool 19, fc 20",
            string.Join(", ", sew.ScoredLayers.Select(layer => $"{layer.Path} {layer.Depth}")));
        Assert.Throws<ArgumentException>(() => new LayerRecorder(sew, ["layer9"]));
    }

    [Fact]
    public void Gradients_reach_every_parameter_and_nothing_leaks()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var network = new LoRaFBNet(new LoRaFBOptions(Classes: 3));
        ReferenceWeights.Fill(network, 2.5);
        var movie = randn([3, 2, 3, 32, 32]) * 2;
        Step();
        Assert.All(network.parameters(), parameter => Assert.NotNull(parameter.grad));
        Step();
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        Step();
        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var inner = NewDisposeScope();
            network.zero_grad();
            network.call(movie).square().sum().backward();
            Functional.Reset(network);
        }
    }

    [Fact]
    public void Inputs_of_other_shapes_are_refused()
    {
        using var network = new LoRaFBNet(new LoRaFBOptions(Classes: 3));
        Assert.Throws<ArgumentException>(() => network.call(zeros(1, 1, 32, 32)));
        Assert.Throws<ArgumentException>(() => network.call(zeros([2, 1, 3, 40, 40])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoRaFBNet(new LoRaFBOptions(19)));
        Assert.Throws<ArgumentException>(() => new SewVisionNet(new SewVisionOptions([1, 1], [64])));
    }
}
