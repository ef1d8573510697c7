using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

public sealed class ModelBehaviourTests
{
    public static TheoryData<string> Kinds =>
        ["spikformer", "spikingformer", "qkformer", "qkformer, membrane", "sew", "events", "svformer", "plif", "vgg"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_leaves_no_tensors_behind(string kind)
    {
        var (network, input) = Small(kind);
        using (network)
        using (input)
        {
            void Step()
            {
                using var scope = NewDisposeScope();
                network.call(input).sum().backward();
                Functional.Reset(network);
                network.zero_grad();
            }

            Step();
            Step();
            var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
            for (var i = 0; i < 5; i++)
            {
                Step();
            }

            Assert.InRange(SnnNotebooks.TestSupport.LiveTensors.Settled(), 0, before + 5);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sample_does_not_depend_on_its_neighbours_in_evaluation_mode(string kind)
    {
        var (network, input) = Small(kind);
        using (network)
        using (input)
        using (no_grad())
        using (NewDisposeScope())
        {
            network.eval();
            var together = network.call(input);
            Functional.Reset(network);
            var alone = network.call(input.narrow(0, 1, 1));
            Functional.Reset(network);
            Assert.True((together.narrow(0, 1, 1) - alone).abs().max().item<float>() < 1e-5);
        }
    }

    [Fact]
    public void Weights_start_as_published()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var spikformer = new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 128, 4, 1, 100));
        using var sew = new SewResNet(new SewResNetOptions([1, 1], Width: 32, Classes: 10));
        using var spiking = new SewResNet(
            new SewResNetOptions([1, 1], Connect: ElementWise.NeuronAfterSum, Width: 32, Classes: 10, ZeroInitResidual: true));

        // linear layers: normal, 0.02; convolutions: uniform within 1 / sqrt(fan-in), or normal with variance 2 / fan-out
        Assert.Equal(0.02, Deviation(spikformer, "head.weight"), 0.001);
        Assert.Equal(0.02, Deviation(spikformer, "block.0.mlp.fc1_linear.weight"), 0.001);
        Assert.Equal(0, Deviation(spikformer, "block.0.mlp.fc1_linear.bias"));
        Assert.Equal(1 / Math.Sqrt(64 * 9) / Math.Sqrt(3), Deviation(spikformer, "patch_embed.proj_conv3.weight"), 0.001);
        Assert.Equal(Math.Sqrt(2.0 / (64 * 9)), Deviation(sew, "layer2.0.conv2.module.0.weight"), 0.002);
        Assert.Equal(1, sew.state_dict()["layer2.0.conv2.module.1.weight"].min().item<float>());
        Assert.Equal(0, spiking.state_dict()["layer2.0.conv2.module.1.weight"].abs().max().item<float>());

        static double Deviation(nn.Module network, string key) => network.state_dict()[key].std().item<float>();
    }

    [Fact]
    public void The_published_leak_is_an_option()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(3);
        var options = new QKFormerOptions(QKFormerVariant.Cifar, 128, 1, 4, 10);
        using var correct = new QKFormer(options);
        using var leaking = new QKFormer(options with { LegacyBatchLeak = true });
        leaking.load_state_dict(correct.state_dict());
        var pair = rand(2, 3, 32, 32) * 3;
        var one = pair.narrow(0, 0, 1);
        Assert.Equal(0, Difference(one));
        Assert.True(Difference(pair) > 0);

        float Difference(Tensor input)
        {
            var (a, b) = (correct.call(input), leaking.call(input));
            Functional.Reset(correct);
            Functional.Reset(leaking);
            return (a - b).abs().max().item<float>();
        }
    }

    [Theory]
    [InlineData(QKFormerVariant.Cifar, 4)]
    [InlineData(QKFormerVariant.ImageNet, 5)]
    [InlineData(QKFormerVariant.Dvs, 2)]
    public void With_membrane_shortcuts_every_layer_between_the_first_and_the_head_sees_spikes(QKFormerVariant variant, int depth)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var options = new QKFormerOptions(variant, 32, 2, depth, 10);
        using var spikes = new QKFormer(options);
        using var membrane = new QKFormer(options with { Residual = ResidualKind.Membrane });
        var input = variant == QKFormerVariant.Dvs ? rand([2, 4, 2, 32, 32]) : rand(2, 3, 32, 32);

        var report = new SnnNotebooks.Energy.EnergyProfiler().Measure(membrane, [input], 4);
        membrane.call(input).sum().backward();

        Assert.Equal(spikes.state_dict().Select(entry => entry.Key), membrane.state_dict().Select(entry => entry.Key));
        Assert.Equal(["patch_embed1.proj_conv", "head"], report.Layers.Where(layer => !layer.IsSpiking).Select(layer => layer.Name));
        Assert.All(report.Layers.Where(layer => layer.IsSpiking), layer => Assert.InRange(layer.Rate, 0, 1));
        Assert.All(membrane.parameters(), parameter => Assert.NotNull(parameter.grad));
    }

    [Fact]
    public void Channel_attention_runs_and_inputs_of_the_wrong_shape_are_told()
    {
        using var scope = NewDisposeScope();
        using var channels = new QKFormer(
            new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 4, 10,
                Attention: [QKAttentionKind.Channel, QKAttentionKind.Token, QKAttentionKind.Channel]));
        Assert.Equal([2, 10], channels.call(rand(2, 3, 32, 32)).shape);
        var wrong = Assert.Throws<ArgumentException>(() => channels.call(rand(3, 32, 32)));
        Assert.Contains("[B, C, H, W]", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, 48, 5, 4, 10)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 20, 4, 1, 10)));
    }

    private static (nn.Module<Tensor, Tensor> Network, Tensor Input) Small(string kind)
    {
        manual_seed(1);
        return kind switch
        {
            "spikformer" => (new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, 16, 2, 1, 10)), rand(2, 3, 16, 16)),
            "spikingformer" =>
                (new Spikformer(new SpikformerOptions(SpikformerVariant.ImageNet, 16, 2, 1, 10, Residual: ResidualKind.Membrane,
                    Downsampling: Downsampling.BeforeNeuron)), rand(2, 3, 32, 32)),
            "qkformer" => (new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 4, 10)), rand(2, 3, 16, 16)),
            "qkformer, membrane" => (new QKFormer(
                new QKFormerOptions(QKFormerVariant.Cifar, 32, 4, 4, 10, Residual: ResidualKind.Membrane)), rand(2, 3, 16, 16)),
            "sew" => (new SewResNet(new SewResNetOptions([1, 1], Width: 8, Classes: 10)), rand(2, 3, 32, 32)),
            "events" => (new SewEventNet(new SewEventNetOptions([(8, 3)], 10)), rand([2, 4, 2, 8, 8])),
            "svformer" => (new SVFormer(new SVFormerOptions(7, [16, 16, 16, 16], [1, 1, 1, 1], HeadSize: 8, TimeSteps: 2, ImageSize: 32)),
                rand([2, 3, 2, 32, 32])),
            "plif" => (new PlifNet(new PlifNetOptions(1, 8, 8, [1, 1], 16, 10, 4)), rand(2, 1, 8, 8)),
            _ => (new SpikingVgg(new SpikingVggOptions(11, BatchNorm: true, Classes: 10, TimeSteps: 2, Width: 8)), rand(2, 3, 32, 32)),
        };
    }
}
