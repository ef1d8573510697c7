using System.CommandLine;
using System.Diagnostics;
using SnnNotebooks.Cli;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>One rule for all verbs: what a command line names to read and is not there ends the tool with 2 and a sentence.</summary>
public sealed class ExitCodeTests : IDisposable
{
    // verbs that take no name of anything to read, or whose names are choices that the parser knows
    private static readonly string[] Without =
    [
        "bench gpu", "bench mackey-glass", "data list", "doctor", "jupyter install", "jupyter uninstall", "mermaid",
    ];

    private static readonly string[] Lines =
    [
        "run missing.dib",
        "bench neurobench nosuch",
        "data get nosuch",
        "data check nosuch",
        "data where nosuch",
        "data build fashion-mnist-mini --from missing --out out",
        "conform missing",
        "convert missing.dib out.ipynb",
        "convert --check missing",
        "course build missing",
        "course grade missing",
        "course grade . --course missing",
        "nir info missing.nir",
        "nir simulate missing.nir missing.npy --dt 1 --out out.npy",
        "nir export missing.safetensors --out out.nir",
        "memristor fit missing.csv",
        "neural missing.nwb",
        "neural bits missing.npy missing.npy",
        "index missing",
        "latents missing.nwb",
        "launch --ranks 2 -- train nosuch --out w.safetensors",
        "eval nosuch --weights w.pt --data fashion-mnist-mini",
        "eval spikformer --weights w.pt --data nosuch",
        "eval spikformer --weights missing.pt --data fashion-mnist-mini --limit 10",
        "events missing.aedat",
        "models --keys nosuch",
        "recipes nosuch",
        "scaling nosuch",
        "serve missing/x.dib",
        "similarity rsa missing.npy missing.npy",
        "sweep missing.json",
        "sweep status missing",
        "sweep table missing",
        "sweep task missing 1",
        "train nosuch --out w.safetensors",
        "train spikformer --data nosuch --out w.safetensors",
        "train spikformer --data folder:missing --out w.safetensors",
        "train spikformer --data-folder missing --out w.safetensors",
        "train spikformer --recipe missing.json --out w.safetensors",
        "weights inspect missing.pt",
        "weights convert missing.pt --out w.safetensors",
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> NotThere => [.. Lines];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(NotThere))]
    public async Task What_is_not_there_ends_the_tool_with_2_and_a_sentence(string arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments.Split(' ')])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
        };
        using var process = Process.Start(start)!;
        var reading = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var errors = await reading;

        Assert.True(process.ExitCode == ExitCode.Usage, $"{process.ExitCode}: {errors}");
        Assert.True(errors.Contains("missing", StringComparison.Ordinal) || errors.Contains("nosuch", StringComparison.Ordinal), errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Every_verb_is_in_the_table()
    {
        Assert.All(Verbs.Root([]).Subcommands.SelectMany(verb => Acting(verb, verb.Name)).Except(Without),
            name => Assert.Contains(Lines, line => line.StartsWith($"{name} ", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Acting(Command command, string name) =>
        (command.Action is null ? [] : new[] { name })
            .Concat(command.Subcommands.SelectMany(below => Acting(below, $"{name} {below.Name}")));
}
