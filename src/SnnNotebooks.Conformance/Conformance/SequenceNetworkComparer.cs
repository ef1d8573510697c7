using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Models.VisualCortex;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// LoRaFB networks and SEW-ResNets, named for example <c>lorafb_snet18_64px_T3</c>: scores at every step, and each scored layer's sum at
/// every step, which is a count of spikes.
/// </summary>
internal sealed partial class SequenceNetworkComparer : INetworkComparer
{
    private const double Gain = 2.5;
    private const double InputScale = 2;
    private const double Tolerance = 1e-4; // float32 sums of many terms

    public bool Claims(string name) => NamePattern().IsMatch(name);

    public ConformanceResult Compare(string name, JsonElement reference)
    {
        var parts = NamePattern().Match(name).Groups;
        int Number(string group) => int.Parse(parts[group].Value, CultureInfo.InvariantCulture);
        var (depth, classes) = (Number("depth"), reference.GetProperty("out_shape")[2].GetInt32());
        using SequenceNetwork network = parts["kind"].Value switch
        {
            "sew_resnet" => new SewVisionNet(SewVisionOptions.Deep(depth, classes)),
            var kind => new LoRaFBNet(new LoRaFBOptions(depth, Spiking: kind == "lorafb_snet", classes)),
        };
        ReferenceWeights.Fill(network, Gain);
        network.eval();
        using var off = no_grad();
        var input = ReferenceWeights.Wave(
            [Number("T"), reference.GetProperty("out_shape")[1].GetInt64(), 3, Number("px"), Number("px")], InputScale);
        var paths = reference.GetProperty("layer_sum").EnumerateObject()
            .ToDictionary(
                layer => layer.Name.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal),
                layer => layer.Value);
        using var recorder = new LayerRecorder(network, [.. paths.Keys]);
        var scores = network.call(input);
        var differences = paths
            .Select(
                layer => ReferenceWeights.Difference(
                    layer.Key, ReferenceWeights.Numbers(
                        recorder.Take(layer.Key).to(ScalarType.Float64).flatten(1).sum([1])), ReferenceWeights.Flat(layer.Value), 1e-3))
            .Append(ReferenceWeights.Difference("scores", ReferenceWeights.Numbers(scores[.., 0, ..8]),
                ReferenceWeights.Flat(reference.GetProperty("out_first8_per_t")), Tolerance));
        return ReferenceWeights.Result(name, [.. differences]);
    }

    [GeneratedRegex(@"^(?<kind>lorafb_snet|lorafb_cnet|sew_resnet)(?<depth>\d+)_(?<px>\d+)px_T(?<T>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex NamePattern();
}
