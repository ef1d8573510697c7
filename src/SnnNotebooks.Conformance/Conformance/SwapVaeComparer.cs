using System.Text.Json;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Swap-VAE against the published code: every part of the loss, in training mode; names, shapes and number of the parameters.
/// </summary>
internal sealed class SwapVaeComparer : INetworkComparer
{
    private const double Tolerance = 1e-5; // relative

    public bool Claims(string name) => name.StartsWith("swapvae", StringComparison.Ordinal);

    public ConformanceResult Compare(string name, JsonElement reference)
    {
        using var scope = NewDisposeScope();
        var named = Property(reference, "named_parameters").EnumerateArray().Select(
            pair => (Name: pair[0].GetString()!, Shape: pair[1].EnumerateArray().Select(axis => axis.GetInt64()).ToArray())).ToArray();

        // every encoder weight but the last is a hidden layer, and the last gives the latent numbers and the style's once more
        var layers = named.Where(
            parameter => parameter.Name.StartsWith("encoder.", StringComparison.Ordinal) && parameter.Shape.Length == 2)
                .Select(parameter => parameter.Shape).ToArray();
        var first = named.FirstOrDefault(parameter => parameter.Name == "decoder.0.weight").Shape;
        if (layers.Length < 2 || first is not { Length: 2 })
        {
            throw new InvalidDataException($"the entry {name} names no encoder and decoder weights");
        }

        var (neurons, latent, style) = ((int)layers[0][1], (int)first[1], (int)(layers[^1][0] - first[1]));
        using var network = new SwapVae(neurons, latent, style, [.. layers[..^1].Select(shape => (int)shape[0])]);
        var own = network.named_parameters().Select(parameter => Described(parameter.name, parameter.parameter.shape)).ToArray();
        var expected = named.Select(parameter => Described(parameter.Name, parameter.Shape)).ToArray();
        if (!own.SequenceEqual(expected))
        {
            return ConformanceResult.Fail(name, $"parameters are {string.Join(", ", own)}; expected {string.Join(", ", expected)}");
        }

        ReferenceWeights.Fill(network, gain: 1);
        network.train();
        using var off = no_grad();
        Tensor Values(string key, int columns) =>
            tensor(Property(reference, key).EnumerateArray().Select(value => value.GetSingle()).ToArray()).reshape(-1, columns);
        var loss = network.Loss(Values("x1", neurons), Values("x2", neurons), Values("eps1", style), Values("eps2", style));
        string? Differs(string key, double found)
        {
            var value = Property(reference, key).GetDouble();
            return ReferenceWeights.Difference(key, [found], [value], Tolerance * Math.Abs(value));
        }

        return ReferenceWeights.Result(
            name,
            Differs("params", network.parameters().Sum(parameter => parameter.numel())),
            Differs("l2", loss.Alignment.item<float>()),
            Differs("recon_swapped", loss.Swapped.item<float>()),
            Differs("kl", loss.Divergence.item<float>()),
            Differs("recon_orig", loss.Original.item<float>()),
            Differs("total_alpha10_beta1", loss.Total().item<float>()));
    }

    private static string Described(string name, long[] shape) => $"{name} [{string.Join(", ", shape)}]";

    private static JsonElement Property(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"the entry has no {name}");
}
