using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Cli.Bench;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>A process that has its turn: who is timed in it, and how it is started.</summary>
/// <param name="Names">Who is timed, as tables call them.</param>
/// <param name="Version">What runs; where it ends in a space, what the process says of itself is put behind it.</param>
/// <param name="Timed">The process.</param>
internal sealed record PeerTurn(IReadOnlyList<string> Names, string Version, BenchProcess Timed)
{
    private static readonly string[] Kept =
        ["MALLOC_TRIM_THRESHOLD_=1073741824", "MALLOC_MMAP_MAX_=0", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"];

    /// <summary>The processes of a row; those that cannot be had here are told.</summary>
    /// <param name="row">The row.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="folder">Where plans and programs are written.</param>
    /// <param name="told">Takes a sentence for each that does not take part.</param>
    public static IReadOnlyList<PeerTurn> Of(PeerRow row, PeerOptions options, string folder, Action<string> told)
    {
        var turns = new List<PeerTurn>();
        var seconds = 120 + ((options.Cap + 30) * row.Cases.Count * row.Rivals.Count);
        string[] memory = row.Unit == "MB" ? [] : Kept;

        string[] own = [PeerRow.Kit, .. row.Rivals.Where(name => name is PeerRow.KitRecomputed or PeerRow.KitDense)];
        var (kit, _) = Plan("kit", own, null);
        Add(own, $"this kit at {Commit(Environment.CurrentDirectory)}, ",
            Environment.ProcessPath!, [.. WithoutAvx512.EntryArguments(), PeerWorker.Verb, kit]);

        ByHand("hand", [PeerRow.Hand, PeerRow.Bytes, .. row.Rivals.Where(name => name == PeerRow.Streamed)]);
        ByHand("dividing", [PeerRow.Dividing, PeerRow.Divisions], "-fno-reciprocal-math", "-mno-recip");
        ByHand("registers", [PeerRow.Registers, PeerRow.Cache], "-fno-fast-math", "-ffp-contract=off", "-mprefer-vector-width=512");

        if (!Trixie.IsThere)
        {
            told("PyTorch 2.6 and torch.compile do not take part: run `-- peer --setup` first.");
        }
        else
        {
            In26([.. row.Rivals.Where(name => name is PeerRow.Compiled or PeerRow.CompiledSteps)], null, string.Empty);
            if (options.SpikingJelly is { } newest)
            {
                string[] ways =
                [
                    PeerRow.SpikingJelly, PeerRow.SpikingJellyCompiled, PeerRow.SpikingJellyMemopt,
                ];
                In26([.. row.Rivals.Intersect(ways)], newest, $"SpikingJelly {VersionOf(newest)}, ");
            }
            else
            {
                told("SpikingJelly's newest source does not take part: --spikingjelly names its folder.");
            }
        }

        if (row.Rivals.Contains(PeerRow.SpikingJelly014) && options.SpikingJelly014 is { } old)
        {
            var (plan, script) = Plan("old", [PeerRow.SpikingJelly014], old);
            Add([PeerRow.SpikingJelly014], "SpikingJelly 0.0.0.0.14, ", "env",
                [$"OMP_NUM_THREADS={options.Threads}", .. memory, "/usr/bin/python3", script, plan]);
        }

        return turns;

        // the first two programs time an equation's loop under their first name; all else is called by its name
        void ByHand(string program, string[] names, params string[] flags)
        {
            if (row.Rivals.Contains(names[0]) && Built(Path.Combine(folder, program), names[0], flags) is { } built)
            {
                Add(names, string.Empty, built,
                [
                    $"{options.Threads}",
                    .. row.Cases.SelectMany(each => names.SelectMany(name =>
                        new[]
                        {
                            name is PeerRow.Hand or PeerRow.Dividing ? each.Kind : name,
                            each.Pass, $"{each.Steps}", $"{each.Size}", each.Name,
                        })),
                ]);
            }
        }

        void In26(string[] names, string? source, string version)
        {
            if (names.Length == 0)
            {
                return;
            }

            var plan = Path.GetFileName(Plan(source is null ? "plain" : "newest", names, source is null ? null : "/mnt/spikingjelly").Plan);
            var lent = new Dictionary<string, string> { ["bench"] = folder };
            if (source is not null)
            {
                lent["spikingjelly"] = source;
            }

            var (program, arguments) = Trixie.Python(
                lent, [$"OMP_NUM_THREADS={options.Threads}", .. memory], ["/mnt/bench/rivals.py", $"/mnt/bench/{plan}"]);
            Add(names, version, program, arguments);
        }

        (string Plan, string Script) Plan(string name, string[] rivals, string? source)
        {
            var script = Path.Combine(folder, "rivals.py");
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Peers", "rivals.py"), script, overwrite: true);
            var path = Path.Combine(folder, $"{name}.json");
            File.WriteAllText(path, JsonSerializer.Serialize(new PeerPlan(
                options.Threads, options.Cap, source, [.. rivals.Select(rival => new Rival(rival, WayOf(rival)))], row.Cases)));
            return (path, script);
        }

        void Add(string[] names, string version, string program, string[] arguments) =>
            turns.Add(new PeerTurn(names, version, new BenchProcess(program, arguments, seconds)));
    }

    private static string WayOf(string rival) => rival == PeerRow.SpikingJelly014 ? PeerRow.SpikingJelly : rival;

    private static string? Built(string program, string name, string[] flags) => Said("gcc",
        [
            "-O3", WithoutAvx512.IsOn ? "-march=x86-64-v3" : "-march=native", "-ffast-math", .. flags, "-fopenmp", $"-DBACKEND=\"{name}\"",
            Path.Combine(AppContext.BaseDirectory, "Peers", "hand.c"), "-o", program, "-lm",
        ]) is null ? null : program;

    private static string Commit(string folder) =>
        Said("git", ["-C", folder, "rev-parse", "--short=8", "HEAD"])?.Trim() is { Length: > 0 } commit ? commit : "an unknown commit";

    private static string VersionOf(string source)
    {
        var line = Path.Combine(source, "pyproject.toml") is var project && File.Exists(project)
            ? File.ReadLines(project).FirstOrDefault(line => line.StartsWith("version", StringComparison.Ordinal))
            : null;
        return string.Create(CultureInfo.InvariantCulture, $"{line?.Split('"').ElementAtOrDefault(1) ?? "of"} at {Commit(source)}");
    }

    private static string? Said(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // there is no such program
        }
    }
}
