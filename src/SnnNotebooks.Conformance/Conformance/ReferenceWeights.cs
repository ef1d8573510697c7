using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>The weights and inputs of <c>golden_nets.json</c>, which holds none: formulas stand for them.</summary>
internal static class ReferenceWeights
{
    /// <summary>
    /// Fills a network: parameter k in order, element i of two or more axes gets gain sqrt(2 / fan-out) sqrt(2) sin(0.7 (i + 1) + k),
    /// fan-out = shape[0] times what follows shape[1]; normalisations get weight 1, biases 0.
    /// </summary>
    public static void Fill(nn.Module network, double gain)
    {
        using var off = no_grad();
        var k = 0;
        foreach (var (key, parameter, isParameter) in StateDictionary.Of(network).ToList())
        {
            if (!isParameter)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            if (parameter.dim() >= 2)
            {
                var fanOut = parameter.shape[0] * parameter.shape[2..].Aggregate(1L, (product, axis) => product * axis);
                var wave = arange(1, parameter.numel() + 1, ScalarType.Float64).mul(0.7).add(k).sin();
                parameter.copy_((wave * (gain * Math.Sqrt(2.0 / fanOut) * Math.Sqrt(2))).reshape(parameter.shape));
            }
            else
            {
                parameter.fill_(key.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1);
            }

            k++;
        }
    }

    /// <summary>scale cos(0.013 i) in some shape, float32.</summary>
    public static Tensor Wave(long[] shape, double scale)
    {
        using var scope = NewDisposeScope();
        var count = shape.Aggregate(1L, (product, axis) => product * axis);
        return (arange(0, count, ScalarType.Float64).mul(0.013).cos() * scale).to(ScalarType.Float32).reshape(shape)
            .MoveToOuterDisposeScope();
    }

    /// <summary>All numbers of nested lists, in order.</summary>
    public static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Number => [value.GetDouble()],
        _ => throw new InvalidDataException($"A reference holds {value.ValueKind} where numbers are expected."),
    };

    /// <summary>The first difference beyond a tolerance, in words, or null.</summary>
    public static string? Difference(string what, IReadOnlyList<double> found, IEnumerable<double> reference, double tolerance)
    {
        double[] expected = [.. reference];
        if (expected.Length != found.Count)
        {
            return $"{what} has {found.Count} numbers, expected {expected.Length}";
        }

        var at = Enumerable.Range(0, expected.Length).FirstOrDefault(i => !(Math.Abs(found[i] - expected[i]) <= tolerance), -1);
        return at < 0 ? null : string.Create(
            CultureInfo.InvariantCulture, $"{what}, number {at} is {found[at]:R}, expected {expected[at]:R} within {tolerance:R}");
    }

    /// <summary>The numbers of a tensor as doubles.</summary>
    public static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float64).Numbers<double>();
    }

    public static ConformanceResult Result(string name, params string?[] differences) =>
        Array.Find(differences, difference => difference is not null) is { } first
            ? ConformanceResult.Fail(name, first)
            : ConformanceResult.Pass(name);
}
