using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Models.VisualCortex;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>CORnet on movies, named for example <c>cornet_video_224_T6</c>: two pieces of a movie, the state kept between them.</summary>
internal sealed partial class CORnetComparer : INetworkComparer
{
    private const double Tolerance = 1e-5;

    public bool Claims(string name) => NamePattern().IsMatch(name);

    public ConformanceResult Compare(string name, JsonElement reference)
    {
        var parts = NamePattern().Match(name).Groups;
        var (pixels, steps) = (long.Parse(parts["px"].Value, CultureInfo.InvariantCulture),
            long.Parse(parts["T"].Value, CultureInfo.InvariantCulture));
        using var network = CORnetRT.ForMovies(101, spiking: parts["kind"].Value == "s_cornet_video");
        ReferenceWeights.Fill(network, 1);
        network.eval();
        using var off = no_grad();
        var piece = ReferenceWeights.Wave([steps, 1, 3, pixels, pixels], 1);
        string? Difference(string part)
        {
            var expected = reference.GetProperty(part);
            var scores = network.call(piece);
            return ReferenceWeights.Difference(
                part, ReferenceWeights.Numbers(scores[.., 0, ..expected[0].GetArrayLength()]), ReferenceWeights.Flat(expected), Tolerance);
        }

        return ReferenceWeights.Result(name, Difference("first"), Difference("second_chunk_state_kept"));
    }

    [GeneratedRegex(@"^(?<kind>cornet_video|s_cornet_video)_(?<px>\d+)_T(?<T>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex NamePattern();
}
