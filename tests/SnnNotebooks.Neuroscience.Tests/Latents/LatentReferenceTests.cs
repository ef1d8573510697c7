using SnnNotebooks.Conformance;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

/// <summary>Every number of <c>tests/golden/latents</c>, as <c>snn conform</c> compares them.</summary>
public sealed class LatentReferenceTests
{
    [Fact]
    public void Every_case_holds()
    {
        var results = ConformanceSuites.Run(Path.Combine(Repository.Root, "tests", "golden", "latents"))
            .Select(found => found.Result).ToList();
        Assert.All(
            results, result => Assert.Equal((result.Case, ConformanceOutcome.Passed, null), (result.Case, result.Outcome, result.Detail)));
        Assert.Equal(62, results.Count);
    }
}
