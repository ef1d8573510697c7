using SnnNotebooks.Conformance;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

/// <summary>Every number of the reference files that other tools made (tools/golden), as <c>snn conform</c> compares them.</summary>
public sealed class ReferenceFileTests
{
    [Theory]
    [InlineData("brainscore.json", 25)]
    [InlineData("rsatoolbox.json", 390)]
    [InlineData("nlb.json", 16)]
    public void Every_case_holds(string file, int cases)
    {
        var results = ConformanceSuites.Run(Path.Combine(Repository.Root, "tests", "golden", "neuroscience"))
            .Where(found => found.File == file).Select(found => found.Result).ToList();
        Assert.All(results, result => Assert.Equal((ConformanceOutcome.Passed, null), (result.Outcome, result.Detail)));
        Assert.Equal(cases, results.Count);
    }
}
