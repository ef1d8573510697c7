using SnnNotebooks.Conformance.Energy;
using SnnNotebooks.Conformance.Models;
using SnnNotebooks.Conformance.NeuroBench;
using SnnNotebooks.Conformance.SpikingJelly;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>Runs every reference file under a folder: how a user checks this kit on their own machine.</summary>
public static class ConformanceSuites
{
    /// <summary>Every family of reference files the kit knows.</summary>
    public static IReadOnlyList<IConformanceSuite> All { get; } =
    [
        new NetworkSuite(),
        new SimilaritySuite(),
        new NeuroBenchSuite(),
        new EchoStateSuite(),
        new PlsSuite(),
        new BrainScoreSuite(),
        new RsaToolboxSuite(),
        new NlbSuite(),
        new LatentsSuite(),
        new ConversionSuite(),
        new CsnnSuite(),
        new EncodingSuite(),
        new EnergySuite(),
        new EventSuite(),
        new LayerSuite(),
        new ModelSuite(),
        new NeuronSuite(),
        new RecurrentSuite(),
        new StateDictionarySuite(),
        new StdpSuite(),
        new SurrogateSuite(),
    ];

    // links are followed, but not round and round; what may not be read is passed over
    private static EnumerationOptions EveryFile { get; } = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 16,
        IgnoreInaccessible = true,
        AttributesToSkip = 0,
    };

    /// <summary>
    /// Runs the reference files found under a folder, in the order of their paths. Files that no suite claims are passed over.
    /// </summary>
    /// <param name="folder">The folder; its sub-folders are searched too.</param>
    /// <returns>File (relative to the folder) and result, as they are found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<(string File, ConformanceResult Result)> Run(string folder) => Run(folder, CPU);

    /// <summary>The same on a device: networks, neurons and their inputs are made there.</summary>
    /// <param name="folder">The folder; its sub-folders are searched too.</param>
    /// <param name="device">The device, ready to compute on.</param>
    /// <returns>File (relative to the folder) and result, as they are found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<(string File, ConformanceResult Result)> Run(string folder, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder} is no folder; expected one with reference files, such as tests/golden.");
        }

        return RunFiles(folder, device);
    }

    private static IEnumerable<(string File, ConformanceResult Result)> RunFiles(string folder, Device device)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", EveryFile).Order(StringComparer.Ordinal))
        {
            if (All.FirstOrDefault(suite => suite.Claims(path)) is not { } suite)
            {
                continue;
            }

            var name = Path.GetRelativePath(folder, path);
            using var cases = Guarded(suite, path, device).GetEnumerator();
            while (cases.MoveNext())
            {
                yield return (name, cases.Current);
            }
        }
    }

    /// <summary>A file that cannot be read is one failure, and the next file is still run.</summary>
    private static IEnumerable<ConformanceResult> Guarded(IConformanceSuite suite, string path, Device device)
    {
        using var scope = NewDisposeScope();
        using var cases = suite.Run(path).GetEnumerator();
        while (true)
        {
            ConformanceResult? result;
            try
            {
                using var here = new DefaultDevice(device);
                result = cases.MoveNext() ? cases.Current : null;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                result = ConformanceResult.Fail("file", failure.Message);
            }

            if (result is null)
            {
                yield break;
            }

            yield return result;
            if (result is { Case: "file", Outcome: ConformanceOutcome.Failed })
            {
                yield break;
            }
        }
    }
}
