using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>Swap-VAE against the published code: the entry <c>swapvae</c> of <c>golden_nets.json</c>, rebuilt from its formula for weights.</summary>
internal static class SwapVaeReference
{
    /// <summary>The entry's name.</summary>
    public const string Entry = "swapvae";

    private const double Tolerance = 1e-5; // relative

    /// <summary>Compares the losses and the parameters' names and shapes.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>One result per loss, and one for the parameters.</returns>
    /// <exception cref="InvalidDataException">The entry lacks something.</exception>
    public static IEnumerable<ConformanceResult> Compare(JsonElement entry)
    {
        using var scope = NewDisposeScope();
        var named = Property(entry, "named_parameters").EnumerateArray().Select(pair => (Name: pair[0].GetString()!, Shape: pair[1].EnumerateArray().Select(axis => axis.GetInt64()).ToArray())).ToArray();
        long[] Shape(string name) => named.FirstOrDefault(parameter => parameter.Name == name).Shape ?? throw new InvalidDataException($"the entry {Entry} has no parameter {name}");

        // every encoder weight but the last is a hidden layer
        var encoder = named.Where(parameter => parameter.Name.StartsWith("encoder.", StringComparison.Ordinal) && parameter.Shape.Length == 2).ToArray();
        var neurons = (int)Shape("encoder.0.weight")[1];
        var latent = (int)Shape("decoder.0.weight")[1];
        var network = new SwapVae(neurons, latent, (int)encoder[^1].Shape[0] - latent, [.. encoder[..^1].Select(layer => (int)layer.Shape[0])]);
        var own = network.named_parameters().ToArray();
        var mismatch = own.Select(parameter => $"{parameter.name} [{string.Join(", ", parameter.parameter.shape)}]").Except(named.Select(parameter => $"{parameter.Name} [{string.Join(", ", parameter.Shape)}]")).ToArray();
        if (own.Length != named.Length || mismatch.Length > 0)
        {
            return [ConformanceResult.Fail($"{Entry} parameters", $"found {own.Length} parameters and {string.Join(", ", mismatch)}; expected {named.Length} and none else")];
        }

        Fill(own);
        network.train();
        var first = Values(entry, "x1", neurons);
        var second = Values(entry, "x2", neurons);
        var style = (int)encoder[^1].Shape[0] - latent;
        SwapVaeLoss loss;
        using (no_grad())
        {
            loss = network.Loss(first, second, Values(entry, "eps1", style), Values(entry, "eps2", style));
        }

        var count = own.Sum(parameter => parameter.parameter.numel());
        ConformanceResult[] results =
        [
            Close(entry, "params", count, 0),
            Close(entry, "l2", loss.Alignment.item<float>(), Tolerance),
            Close(entry, "recon_swapped", loss.Swapped.item<float>(), Tolerance),
            Close(entry, "kl", loss.Divergence.item<float>(), Tolerance),
            Close(entry, "recon_orig", loss.Original.item<float>(), Tolerance),
            Close(entry, "total_alpha10_beta1", loss.Total().item<float>(), Tolerance),
        ];
        network.Dispose();
        return results;
    }

    /// <summary>The index's formula: sines for matrices, normalisation's weights 1, biases 0.</summary>
    private static void Fill((string name, TorchSharp.Modules.Parameter parameter)[] parameters)
    {
        using var noGradient = no_grad();
        for (var k = 0; k < parameters.Length; k++)
        {
            var (name, parameter) = parameters[k];
            if (parameter.dim() > 1)
            {
                var scale = Math.Sqrt(2.0 / parameter.shape[0]) * Math.Sqrt(2);
                var place = k;
                using var values = tensor(Enumerable.Range(0, (int)parameter.numel()).Select(i => (float)(scale * Math.Sin((0.7 * (i + 1)) + place))).ToArray(), parameter.shape);
                parameter.copy_(values);
            }
            else
            {
                parameter.fill_(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
            }
        }
    }

    private static Tensor Values(JsonElement entry, string name, int columns) => tensor(Property(entry, name).EnumerateArray().Select(value => value.GetSingle()).ToArray()).reshape(-1, columns);

    private static JsonElement Property(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"the entry {Entry} has no {name}");

    private static ConformanceResult Close(JsonElement entry, string name, double found, double tolerance)
    {
        var expected = Property(entry, name).GetDouble();
        return Math.Abs(found - expected) <= tolerance * Math.Abs(expected)
            ? ConformanceResult.Pass($"{Entry} {name}")
            : ConformanceResult.Fail($"{Entry} {name}", string.Create(CultureInfo.InvariantCulture, $"found {found:R}, expected {expected:R}"));
    }
}
