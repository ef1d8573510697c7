using SnnNotebooks.Conformance;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Conformance;

/// <summary><c>snn conform --device one,other</c>, with the CPU for both: no GPU was there when this was written.</summary>
public sealed class DeviceComparisonTests
{
    [Fact]
    public void Neurons_are_compared_bit_for_bit_besides_the_reference()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "cases_head.json", "sjhead_LIFNode.npz" })
        {
            File.CreateSymbolicLink(
                folder.File(file), Path.Combine(Repository.Root, "tests", "golden", "spikingjelly", file));
        }

        var cases = ConformanceSuites.Run(folder.Path).Count();
        var results = DeviceComparison.Run(folder.Path, CPU, CPU).Select(each => each.Result).ToArray();
        Assert.All(results, result => Assert.NotEqual(ConformanceOutcome.Failed, result.Outcome));
        Assert.True(results.Length > 2 * cases, $"{results.Length} results of {cases} cases");
        Assert.Contains(results, result => result.Case.EndsWith(" on cpu and cpu, bit for bit", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bit_that_differs_is_found_by_its_field()
    {
        var result = DeviceComparison.Compared(
            "case", new Dictionary<string, string> { ["spike"] = "00", ["grad_x"] = "01", ["v"] = "02" },
            new Dictionary<string, string> { ["spike"] = "00", ["grad_x"] = "11" });
        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.Equal("the bits differ in grad_x, v", result.Detail);
    }
}
