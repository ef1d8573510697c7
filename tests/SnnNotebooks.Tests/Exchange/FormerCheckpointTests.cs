using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

/// <summary>Weights from before neurons were written by their fields (tests/golden/before-fields, made by its make.dib).</summary>
public sealed class FormerCheckpointTests
{
    [Fact]
    public void The_same_neurons_are_recognised_and_others_told_apart()
    {
        using var checkpoint = Checkpoint.Read(Former("neurons"));
        using var same = Neurons(0);
        Assert.Empty(checkpoint.LoadInto(same).Dynamics);

        using var others = Neurons(0.125);
        Assert.Equal(14, checkpoint.LoadInto(others).Dynamics.Count); // a gated neuron's numbers are all among its weights
    }

    [Fact]
    public void A_network_with_its_options_is_built_again()
    {
        using var network = ConvSnn.Load(Former("conv-snn"));
        Assert.Equal(new ConvSnnOptions(Channels: 2, Hidden: 4, Classes: 2, ImageSize: 8), network.Options);
        using var checkpoint = Checkpoint.Read(Former("conv-snn"));
        Assert.Empty(checkpoint.LoadInto(network).Dynamics);
    }

    private static string Former(string name) => Path.Combine(Repository.Root, "tests", "golden", "before-fields", $"{name}.safetensors");

    /// <summary>One of each neuron, as make.dib has them, with thresholds or leaks moved by a number.</summary>
    private static nn.Module<Tensor, Tensor> Neurons(double by) => nn.Sequential(
        ("lif", new LIFNode(2.5 + by, surrogate: new ATan(3))),
        ("if", new IFNode(threshold: 0.7 + by, reset: null, detachReset: true)),
        ("plif", new ParametricLIFNode(2.0, threshold: 1 + by)),
        ("eif", new EIFNode(tau: 2 + by)),
        ("qif", new QIFNode(tau: 2 + by)),
        ("izhikevich", new IzhikevichNode(tau: 2 + by)),
        ("klif", new KLIFNode(tau: 2 + by)),
        ("alif", new ALIFNode(tau: 2 + by)),
        ("glif", new GatedLIFNode(4)),
        ("liaf", new LIAFNode(tau: 2 + by)),
        ("cuba", new CUBALIFNode(0.5 + by)),
        ("clif", new CLIFNode(2 + by)),
        ("ilif", new ILIFNode((4.0 / 3) + by)),
        ("read", new NonSpikingLIFNode(3.0 + by, PotentialDecoding.Max)),
        ("sltt", new SLTTLIFNode(2 + by)));
}
