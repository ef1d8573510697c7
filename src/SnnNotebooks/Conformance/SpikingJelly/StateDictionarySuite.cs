using System.Text.Json;
using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Names, order and shapes of the parameters and buffers of SpikingJelly's models and layers.</summary>
internal sealed class StateDictionarySuite : IConformanceSuite
{
    /// <inheritdoc/>
    public bool Claims(string path) => Path.GetFileName(path) is "statedicts_014.json" or "statedicts_head.json";

    /// <inheritdoc/>
    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var models = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var model in models.RootElement.EnumerateObject())
        {
            yield return Factory(model.Name) is { } create
                ? Compare(model, create)
                : ConformanceResult.Skip(model.Name, "the kit has no module of this name and these sizes");
        }
    }

    private static ConformanceResult Compare(JsonProperty model, Func<nn.Module<Tensor, Tensor>> create)
    {
        var found = new ModelPreset(model.Name, [], 0, new PublishedResult(null, string.Empty), create).Entries()
            .Select(entry => (entry.Key, Shape: string.Join(", ", entry.Shape))).ToList();
        var expected = model.Value.EnumerateObject()
            .Select(entry => (Key: entry.Name, Shape: string.Join(", ", entry.Value.EnumerateArray().Select(axis => axis.GetInt64())))).ToList();
        var place = found.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        return place == found.Count && place == expected.Count
            ? ConformanceResult.Pass(model.Name)
            : ConformanceResult.Fail(model.Name, $"entry {place} is {(place < found.Count ? found[place] : "missing")}, expected {(place < expected.Count ? expected[place] : "no more")}");
    }

    private static Func<nn.Module<Tensor, Tensor>>? Factory(string name) => name switch
    {
        "parametric_lif_net.MNISTNet(PLIF)" or "parametric_lif_net.FashionMNISTNet(PLIF)" => () => new PlifNet(PlifNetOptions.Mnist),
        "parametric_lif_net.NMNISTNet(PLIF)" => () => new PlifNet(PlifNetOptions.NMnist),
        "parametric_lif_net.CIFAR10Net(PLIF)" => () => new PlifNet(PlifNetOptions.Cifar10),
        "parametric_lif_net.CIFAR10DVSNet(PLIF)" => () => new PlifNet(PlifNetOptions.Cifar10Dvs),
        "parametric_lif_net.DVSGestureNet(PLIF)" => () => new PlifNet(PlifNetOptions.DvsGesture),
        "SpikingLSTM(5,4,2)" => () => new SpikingRecurrent((inputs, hidden) => new SpikingLSTMCell(inputs, hidden), 5, 4, 2),
        "SpikingGRU(5,4,1,bi)" => () => new SpikingRecurrent((inputs, hidden) => new SpikingGRUCell(inputs, hidden), 5, 4, 1, bidirectional: true),
        "SynapseFilter(learnable)" => () => new SynapseFilter(learnable: true),
        "PLIF" => () => new ParametricLIFNode(),
        "IF" => () => new IFNode(),
        "LIF" => () => new LIFNode(),
        "BNTT2d" => () => new BatchNormThroughTime(4, 3),
        _ => ResNet(name) ?? Vgg(name),
    };

    /// <summary>For example <c>sew_resnet18(ADD,IF)</c> and <c>spiking_resnet50(IF)</c>.</summary>
    private static Func<nn.Module<Tensor, Tensor>>? ResNet(string name)
    {
        var sew = name.StartsWith("sew_resnet", StringComparison.Ordinal);
        if (!(sew || name.StartsWith("spiking_resnet", StringComparison.Ordinal)) || !int.TryParse(name.AsSpan()[(sew ? 10 : 14)..Math.Max(sew ? 10 : 14, name.IndexOf('('))], out var depth) || depth is not (18 or 34 or 50 or 101 or 152))
        {
            return null;
        }

        var options = SewResNetOptions.ForDepth(depth) with { Names = ResNetNames.Torchvision, Connect = sew ? ElementWise.ADD : ElementWise.NeuronAfterSum };
        return () => new SewResNet(options);
    }

    /// <summary>For example <c>spiking_vgg11_bn(IF)</c>.</summary>
    private static Func<nn.Module<Tensor, Tensor>>? Vgg(string name)
    {
        foreach (var depth in new[] { 11, 13, 16, 19 })
        {
            if (name == $"spiking_vgg{depth}(IF)" || name == $"spiking_vgg{depth}_bn(IF)")
            {
                return () => new SpikingVgg(new SpikingVggOptions(depth, name.Contains("_bn", StringComparison.Ordinal)));
            }
        }

        return null;
    }
}
