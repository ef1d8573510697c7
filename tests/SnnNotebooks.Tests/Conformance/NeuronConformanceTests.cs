using SnnNotebooks.Conformance;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Conformance;

/// <summary>The reference files of neurons in both backends: spikes exactly, gradients to 2e-5 (float64: 1e-12).</summary>
public sealed class NeuronConformanceTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "tests", "golden", "spikingjelly");

    [Fact]
    public void The_shipped_cases_hold()
    {
        var results = ConformanceSuites.Run(Shipped).ToArray();

        Assert.Empty(Failures(results));
        Assert.True(results.Count(each => each.Result.Outcome == ConformanceOutcome.Passed) > 150);
        Assert.Equal(Directory.EnumerateFiles(Shipped, "*.npz").Count(), results.Select(each => each.File).Distinct().Count());
    }

    [SharedFact("golden/spikingjelly/sj014_LIFNode.npz")]
    public void All_cases_hold_and_only_what_SpikingJelly_cannot_do_itself_is_skipped()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.SharedPath("golden/spikingjelly")!))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (name.StartsWith("cases_", StringComparison.Ordinal)
                || name.EndsWith("Node", StringComparison.Ordinal)
                || Array.Exists(["PSN", "OnlineNodes", "DSR", "OtherHead", "csnn"],
                    family => name.EndsWith('_' + family, StringComparison.Ordinal)))
            {
                File.CreateSymbolicLink(Path.Combine(folder.Path, Path.GetFileName(file)), file);
            }
        }

        var results = ConformanceSuites.Run(folder.Path).ToArray();
        Assert.Empty(Failures(results));
        Assert.True(results.Count(each => each.Result.Outcome == ConformanceOutcome.Passed) > 1100);
        Assert.All(
            results.Where(each => each.Result.Outcome == ConformanceOutcome.Skipped),
            each => Assert.StartsWith("SpikingJelly itself fails here", each.Result.Detail, StringComparison.Ordinal));
    }

    private static IEnumerable<ConformanceResult> Failures(IEnumerable<(string File, ConformanceResult Result)> results) =>
        results.Select(each => each.Result).Where(result => result.Outcome == ConformanceOutcome.Failed);
}
