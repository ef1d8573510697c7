using System.Text.Json;
using SnnNotebooks.Energy;
using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Energy;

public sealed class EnergyTests
{
    [SharedFact("specs/energy_golden.json")]
    public void The_three_published_logs_come_out()
    {
        using var logs = JsonDocument.Parse(File.ReadAllText(Repository.SharedPath("specs/energy_golden.json")!));
        foreach (var log in logs.RootElement.EnumerateObject())
        {
            var config = log.Value.GetProperty("config");
            long Size(string name) => config.GetProperty(name).GetInt64();
            var layers = log.Value.GetProperty("layers").EnumerateArray().Select(row =>
            {
                var rate = row.GetProperty("rate").GetDouble();
                return new LayerCost(row.GetProperty("name").GetString()!, row.GetProperty("denseOps").GetDouble(), rate,
                    IsSpiking: rate < 0.9999, Counted: row.GetProperty("acs").GetDouble());
            }).ToList();
            var attention = log.Value.GetProperty("qkvRates").EnumerateArray().Select((rates, i) => AttentionCost.SelfAttention(
                $"block.{i}", Size("T"), Size("heads"), Size(
                    "tokens"), Size("dim") / Size("heads"), rates[0].GetDouble(), rates[1].GetDouble(), rates[2].GetDouble())).ToList();
            var report = new EnergyReport(layers, attention, new EnergyRules());
            var expected = log.Value.GetProperty("expected");

            // the logs print layers to nine digits: what is summed from them agrees to as many
            Near(expected.GetProperty("macsG").GetDouble(), report.Macs / 1e9, log.Name);
            Near(expected.GetProperty("acsG").GetDouble(), report.Acs / 1e9, log.Name);
            Near(expected.GetProperty("energyMilliJoule").GetDouble(), report.Millijoule, log.Name);
        }
    }

    [Fact]
    public void SVFormers_two_conventions()
    {
        // specs: spiking inputs 3.756 G additions and attention 0.0587 G; 2.733 G multiplications
        var strict = new EnergyReport([new LayerCost("spiking", 3.756e9, 1, true), new LayerCost("numbers", 2.733e9, 1, false)],
            [new AttentionCost("all", 0.0587e9)], new EnergyRules());
        Assert.Equal(16.00, strict.Millijoule, 0.01);
    }

    [Theory]
    [InlineData("spikformer_cifar10_4_384", 3_685_814_016)]
    [InlineData("spikingformer_cifar10_4_384", 3_685_814_016)]
    [InlineData("qkformer_cifar10_4_384", 6_045_110_016)]
    public void Dense_operations_are_the_published_ones(string name, long expected)
    {
        using var network = ModelPresets.Get(name).Create();
        using var input = rand(1, 3, 32, 32);

        var report = new EnergyProfiler().Measure(network, [input], timeSteps: 4);

        // the specs leave out additive terms and count the head, which runs once, like everything else
        Assert.Equal(expected, report.Layers.Sum(layer => layer.Weights), 1.0);
    }

    [Fact]
    public void Membrane_shortcuts_leave_one_layer_of_multiplications_and_the_head()
    {
        manual_seed(1);
        using var membrane = new Spikformer(Small with { Residual = SnnNotebooks.Models.Blocks.ResidualKind.Membrane });
        using var spikes = new Spikformer(Small);
        using var input = rand(2, 3, 32, 32) * 4;
        Activate(membrane, input);
        Activate(spikes, input);

        var clean = new EnergyProfiler().Measure(membrane, [input], 4);
        Assert.Equal(["patch_embed.block0_conv", "head"], clean.Layers.Where(layer => !layer.IsSpiking).Select(layer => layer.Name));
        Assert.Equal(2, clean.Attention.Count);

        var mixed = new EnergyProfiler().Measure(spikes, [input], 4);
        Assert.Contains(mixed.Layers, layer => layer.Name == "block.1.attn.q_linear" && !layer.IsSpiking);
        var integers = new EnergyProfiler(new EnergyRules(LargestSpike: 30)).Measure(spikes, [input], 4);
        Assert.Contains(integers.Layers, layer => layer.Name == "block.1.attn.q_linear" && layer.IsSpiking);
        Assert.True(integers.Millijoule < mixed.Millijoule);
    }

    [Fact]
    public void Layers_without_spikes_between_are_charged_by_either_convention()
    {
        manual_seed(1);
        using var network = new SVFormer(new SVFormerOptions(7, [64, 64, 64, 64], [1, 1, 1, 1], TimeSteps: 4, ImageSize: 32));
        using var input = rand([2, 3, 4, 32, 32]);
        Activate(network, input);

        var strict = new EnergyProfiler().Measure(network, [input], 4);
        var chained = new EnergyProfiler(new EnergyRules(Chained: true)).Measure(network, [input], 4);

        string[] numbers = ["patch_embed1.proj", "blocks1.0.attn", "blocks1.0.conv2", "blocks2.0.attn", "blocks2.0.conv2",
            "lpPWConv", "head"];
        Assert.Equal(numbers.Order(), strict.Layers.Where(layer => !layer.IsSpiking).Select(layer => layer.Name).Order());
        Assert.Equal(["patch_embed1.proj", "head"], chained.Layers.Where(layer => !layer.IsSpiking).Select(layer => layer.Name));
        var source = chained.Layers.Single(layer => layer.Name == "blocks1.0.conv1").Rate;
        Assert.Equal(source, chained.Layers.Single(layer => layer.Name == "blocks1.0.conv2").Rate);
        Assert.True(chained.Millijoule < strict.Millijoule);
    }

    private static SpikformerOptions Small { get; } = new(SpikformerVariant.Cifar, 32, 4, 2, 10);

    /// <summary>One pass in training mode sets running statistics under which neurons fire.</summary>
    private static void Activate(nn.Module<Tensor, Tensor> network, Tensor input)
    {
        using var off = no_grad();
        foreach (var module in network.modules())
        {
            if (module is TorchSharp.Modules.BatchNorm ordinary)
            {
                ordinary.momentum = 1;
            }
            else if (module is SnnNotebooks.Models.Blocks.TimeBatchNorm byStep)
            {
                byStep.Momentum = 1;
            }
        }

        network.call(input).Dispose();
        Functional.Reset(network);
    }

    private static void Near(double expected, double found, string name) =>
        Assert.True(Math.Abs(expected - found) <= 1e-8 * expected,
            FormattableString.Invariant($"{name}: {found:r}, expected {expected:r}"));
}
