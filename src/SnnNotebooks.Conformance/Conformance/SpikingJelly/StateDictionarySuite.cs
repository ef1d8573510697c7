using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Names, order and shapes of the parameters and buffers of SpikingJelly's models and layers.</summary>
internal sealed partial class StateDictionarySuite : IConformanceSuite
{
    /// <inheritdoc/>
    public bool Claims(string path) => Path.GetFileName(path) is "statedicts_014.json" or "statedicts_head.json";

    /// <inheritdoc/>
    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var models = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var model in models.RootElement.EnumerateObject())
        {
            yield return Factory(model.Name, model.Value) is { } create
                ? Compare(model, create)
                : ConformanceResult.Skip(model.Name, "the kit has no module of this name and these sizes");
        }
    }

    private static ConformanceResult Compare(JsonProperty model, Func<nn.Module<Tensor, Tensor>> create)
    {
        var found = new ModelPreset(model.Name, [], 0, new PublishedResult(null, string.Empty), create).Entries()
            .Select(entry => (entry.Key, Shape: string.Join(", ", entry.Shape))).ToList();
        var expected = model.Value.EnumerateObject()
            .Select(entry => (Key: entry.Name, Shape: string.Join(", ", entry.Value.EnumerateArray().Select(axis => axis.GetInt64()))))
            .ToList();
        var place = found.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        return place == found.Count && place == expected.Count
            ? ConformanceResult.Pass(model.Name)
            : ConformanceResult.Fail(
                model.Name,
                $"entry {place} is {(place < found.Count ? found[place] : "missing")}, expected "
                + $"{(place < expected.Count ? expected[place] : "no more")}");
    }

    private static Func<nn.Module<Tensor, Tensor>>? Factory(string name, JsonElement entries) => name switch
    {
        "parametric_lif_net.MNISTNet(PLIF)" or "parametric_lif_net.FashionMNISTNet(PLIF)" => () => new PlifNet(PlifNetOptions.Mnist),
        "parametric_lif_net.NMNISTNet(PLIF)" => () => new PlifNet(PlifNetOptions.NMnist),
        "parametric_lif_net.CIFAR10Net(PLIF)" => () => new PlifNet(PlifNetOptions.Cifar10),
        "parametric_lif_net.CIFAR10DVSNet(PLIF)" => () => new PlifNet(PlifNetOptions.Cifar10Dvs),
        "parametric_lif_net.DVSGestureNet(PLIF)" => () => new PlifNet(PlifNetOptions.DvsGesture),
        _ => Layer(name, entries) ?? Recurrent(name) ?? ResNet(name) ?? Vgg(name),
    };

    /// <summary>Neurons and layers; those that have sizes are given those of the entries, where the name does not say them.</summary>
    private static Func<nn.Module<Tensor, Tensor>>? Layer(string name, JsonElement entries)
    {
        int Size(string entry, int axis = 0) => entries.GetProperty(entry)[axis].GetInt32();
        return name.Split('(')[0] switch
        {
            "IF" => () => new IFNode(),
            "LIF" => () => new LIFNode(),
            "PLIF" => () => new ParametricLIFNode(),
            "KLIF" => () => new KLIFNode(),
            "ILIF" => () => new ILIFNode(),
            "DSRIF" => () => new DSRIFNode(),
            "DSRLIF" => () => new DSRLIFNode(),
            "PSN" => () => new PSN(Size("weight")),
            "MaskedPSN" => () => new MaskedPSN(1, Size("weight")),
            "SlidingPSN" => () => new SlidingPSN(Size("weight")),
            "GatedLIF" => () => new GatedLIFNode(Size("conduct"), Size("conduct", 1)),
            "SynapseFilter" => () => new SynapseFilter(learnable: name.Contains("learnable", StringComparison.Ordinal)),
            "BNTT1d" or "BNTT2d" => () => new BatchNormThroughTime(
                entries.EnumerateObject().Count(entry => entry.Name.EndsWith(".weight", StringComparison.Ordinal)), Size(
                    "bn_list.0.weight")),
            "TEBN1d" or "TEBN2d" => () => new TemporalEffectiveBatchNorm(Size("scale"), Size("weight")),
            _ => null,
        };
    }

    /// <summary>For example <c>SpikingLSTM(5,4,2)</c>, inputs, hidden, layers, and <c>SpikingGRU(5,4,1,bi)</c>.</summary>
    private static Func<nn.Module<Tensor, Tensor>>? Recurrent(string name)
    {
        if (RecurrentName().Match(name) is not { Success: true } match)
        {
            return null;
        }

        RecurrentCellFactory cell = match.Groups["kind"].Value switch
        {
            "LSTM" => (inputs, hidden) => new SpikingLSTMCell(inputs, hidden),
            "GRU" => (inputs, hidden) => new SpikingGRUCell(inputs, hidden),
            _ => (inputs, hidden) => new SpikingVanillaRNNCell(inputs, hidden),
        };
        int Number(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        return () => new SpikingRecurrent(cell, Number("inputs"), Number("hidden"), Number("layers"), match.Groups["both"].Success);
    }

    /// <summary>For example <c>sew_resnet18(ADD,IF)</c> and <c>spiking_resnet50(IF)</c>.</summary>
    private static Func<nn.Module<Tensor, Tensor>>? ResNet(string name)
    {
        var sew = name.StartsWith("sew_resnet", StringComparison.Ordinal);
        if (!(sew || name.StartsWith("spiking_resnet", StringComparison.Ordinal))
            || !int.TryParse(name.AsSpan()[(sew ? 10 : 14)..Math.Max(sew ? 10 : 14, name.IndexOf('('))], out var depth)
            || depth is not (18 or 34 or 50 or 101 or 152))
        {
            return null;
        }

        var options = SewResNetOptions.ForDepth(
            depth) with { Names = ResNetNames.Torchvision, Connect = sew ? ElementWise.ADD : ElementWise.NeuronAfterSum };
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

    [GeneratedRegex(@"^Spiking(?<kind>LSTM|GRU|VanillaRNN)\((?<inputs>\d{1,4}),(?<hidden>\d{1,4}),(?<layers>\d{1,2})(?<both>,bi)?\)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex RecurrentName();
}
