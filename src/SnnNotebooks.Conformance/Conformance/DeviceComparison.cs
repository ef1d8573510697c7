using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Whether two devices give the same bits where they are meant to: spikes, potentials and gradients of the fused kernels of neurons.
/// </summary>
public static class DeviceComparison
{
    /// <summary>Runs the reference files on both devices; what each gives, and then where their bits differ.</summary>
    /// <param name="folder">The folder; its sub-folders are searched too.</param>
    /// <param name="first">One device.</param>
    /// <param name="second">The other.</param>
    /// <returns>File (relative to the folder) and result; cases are named with the device, or with both where they are compared.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<(string File, ConformanceResult Result)> Run(string folder, Device first, Device second)
    {
        var given = new Dictionary<(string File, string Case), IReadOnlyDictionary<string, string>>();
        var (one, other) = (ComputeDevice.NameOf(first), ComputeDevice.NameOf(second));
        foreach (var (file, result) in ConformanceSuites.Run(folder, first))
        {
            given[(file, result.Case)] = result.Bits;
            yield return (file, result with { Case = $"{result.Case} on {one}" });
        }

        foreach (var (file, result) in ConformanceSuites.Run(folder, second))
        {
            yield return (file, result with { Case = $"{result.Case} on {other}" });
            if (given.Remove((file, result.Case), out var bits) && bits.Count + result.Bits.Count > 0)
            {
                yield return (file, Compared($"{result.Case} on {one} and {other}, bit for bit", bits, result.Bits));
            }
        }
    }

    /// <summary>The verdict on one case.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="one">What the first device gave: a digest for each field.</param>
    /// <param name="other">What the second gave.</param>
    internal static ConformanceResult Compared(
        string name, IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other)
    {
        var differing = one.Keys.Union(other.Keys).Where(field => one.GetValueOrDefault(field) != other.GetValueOrDefault(field))
            .Order(StringComparer.Ordinal).ToArray();
        return differing.Length == 0
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, $"the bits differ in {string.Join(", ", differing)}");
    }
}
