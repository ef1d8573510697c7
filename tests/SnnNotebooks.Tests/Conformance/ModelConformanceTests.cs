using SnnNotebooks.Conformance;
using SnnNotebooks.Conformance.Models;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Conformance;

/// <summary>Whole networks against the numbers of the published code.</summary>
public sealed class ModelConformanceTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "tests", "golden", "models");

    [Fact]
    public void The_shipped_networks_give_the_published_codes_numbers()
    {
        var results = ConformanceSuites.Run(Shipped).ToArray();

        Assert.DoesNotContain(results, each => each.Result.Outcome != ConformanceOutcome.Passed);
        Assert.Equal(7 * 9, results.Length);
    }

    [Fact]
    public void Changed_numbers_damaged_files_and_unknown_networks_are_failures()
    {
        var whole = File.ReadAllText(Path.Combine(Shipped, "spikformer_cifar.json"));
        Assert.Contains(Failures(whole.Replace("\"loss\": 0.2936", "\"loss\": 0.2937", StringComparison.Ordinal)),
            failure => failure.Case == "float64 train.loss");
        Assert.Contains(Failures(whole.Replace("\"seed\": 7", "\"seed\": 8", StringComparison.Ordinal)),
            failure => failure.Case == "float64 train.rates");
        Assert.Single(Failures(whole.Replace("\"embed_dims\": 64", "\"embed_dims\": 6400000", StringComparison.Ordinal)));
        Assert.Single(Failures(whole.Replace("\"model\": \"spikformer\"", "\"model\": \"sponge\"", StringComparison.Ordinal)));
        Assert.Single(Failures(whole[..5000]));
    }

    [Fact]
    public void The_formula_is_splitmix64()
    {
        // the first output of the generator seeded with 0 is 0xE220A8397B1DCDAF
        Assert.Equal((0xE220A8397B1DCDAF >> 11) * Math.ScaleB(1, -53), FormulaValues.Uniform(0, 0, 0));
    }

    private static List<ConformanceResult> Failures(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("changed.json"), content);
        return [.. ConformanceSuites.Run(folder.Path).Select(each => each.Result)
            .Where(result => result.Outcome == ConformanceOutcome.Failed)];
    }
}
