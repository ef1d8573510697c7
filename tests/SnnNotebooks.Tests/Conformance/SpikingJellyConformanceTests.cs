using SnnNotebooks.Conformance;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Conformance;

/// <summary>The reference files of surrogates, encoders, layers and recurrent cells, of both versions of SpikingJelly.</summary>
public sealed class SpikingJellyConformanceTests
{
    private static readonly string[] Families = ["surrogate", "encoding", "layers", "rnn"];

    private static readonly string Shipped = Path.Combine(Repository.Root, "tests", "golden", "spikingjelly-layers");

    [Fact]
    public void The_shipped_cases_hold()
    {
        var results = ConformanceSuites.Run(Shipped).ToArray();

        Assert.Empty(Failures(results));
        Assert.True(results.Count(each => each.Result.Outcome == ConformanceOutcome.Passed) > 140);
        Assert.Equal(8, results.Select(each => each.File).Distinct().Count());
    }

    [SharedFact("golden/spikingjelly/sj014_layers.npz")]
    public void All_cases_hold_and_only_what_SpikingJelly_cannot_do_itself_is_skipped()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.SharedPath("golden/spikingjelly")!))
        {
            if (Path.GetFileName(file).StartsWith("cases_", StringComparison.Ordinal)
                || Families.Any(family => file.EndsWith($"_{family}.npz", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
            }
        }

        var results = ConformanceSuites.Run(folder.Path).ToArray();
        Assert.Empty(Failures(results));
        Assert.True(results.Count(each => each.Result.Outcome == ConformanceOutcome.Passed) > 210);
        Assert.All(
            results.Where(each => each.Result.Outcome == ConformanceOutcome.Skipped),
            each => Assert.True(each.Result.Detail!.StartsWith("SpikingJelly", StringComparison.Ordinal), each.Result.ToString()));
    }

    [Fact]
    public void A_changed_number_is_a_failure_with_its_place()
    {
        using var folder = Copy("sjhead_encoding.npz", "cases_head.json");
        Rewrite(Path.Combine(folder.Path, "sjhead_encoding.npz"), "Periodic.spike.npy", bytes => bytes[^1] = 0x40);
        var failed = Assert.Single(Failures(ConformanceSuites.Run(folder.Path)));

        Assert.Equal("Periodic", failed.Case);
        Assert.Contains("spike differs in 1 of 84 places, first at 83", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_and_a_missing_index_are_one_failure_each()
    {
        using var folder = Copy("sjhead_encoding.npz", "sj014_encoding.npz", "cases_head.json");
        var whole = File.ReadAllBytes(Path.Combine(folder.Path, "sjhead_encoding.npz"));
        File.WriteAllBytes(Path.Combine(folder.Path, "sjhead_encoding.npz"), whole[..(whole.Length / 2)]);
        var results = ConformanceSuites.Run(folder.Path).ToArray();

        Assert.Equal(2, results.Length);
        Assert.All(results, each => Assert.Equal(ConformanceOutcome.Failed, each.Result.Outcome));
        Assert.Contains("cases_014.json", results[0].Result.Detail, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, "cases_head.json"), "{\"files\": 3}");
        Assert.Equal(2, Failures(ConformanceSuites.Run(folder.Path)).Count());
    }

    private static IEnumerable<ConformanceResult> Failures(IEnumerable<(string File, ConformanceResult Result)> results) =>
        results.Select(each => each.Result).Where(result => result.Outcome == ConformanceOutcome.Failed);

    private static TemporaryFolder Copy(params string[] files)
    {
        var folder = new TemporaryFolder();
        foreach (var file in files)
        {
            File.Copy(Path.Combine(Shipped, file), Path.Combine(folder.Path, file));
        }

        return folder;
    }

    private static void Rewrite(string archive, string entry, Action<byte[]> change)
    {
        using var zip = System.IO.Compression.ZipFile.Open(archive, System.IO.Compression.ZipArchiveMode.Update);
        using var stream = zip.GetEntry(entry)!.Open();
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        change(bytes);
        stream.Position = 0;
        stream.Write(bytes);
    }
}
