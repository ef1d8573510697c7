using System.Globalization;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>What <c>-- peer</c> was asked for.</summary>
internal sealed record PeerOptions(
    IReadOnlyList<PeerRow> Rows, int Threads, int Processes, double Cap, string? SpikingJelly, string? SpikingJelly014, string? Out,
    bool Adds)
{
    /// <summary>Help.</summary>
    public static string Help { get; } =
        $"""
        -- peer --setup
            Debian trixie with PyTorch 2.6 into ~/.cache/snn-notebooks/trixie by debootstrap (as root; some 400 MB, 2.1 GB unpacked, some
            ten minutes).
        -- peer [--rows NAME,...] [--threads 1] [--processes 3] [--cap 120] [--spikingjelly FOLDER] [--spikingjelly-014 FOLDER]
                [--out FOLDER | --add FOLDER]
            The kit and its rivals in turns, each time in new processes. Less than three processes settle nothing.
            --rows              of {string.Join(", ", PeerRow.All.Select(row => row.Name))}
            --cap               seconds for one compilation; which did not end is noted in the chroot and not tried again below that
            --spikingjelly      source of SpikingJelly's newest (its version is read there), run in trixie, eager and compiled:
                                git clone https://github.com/fangwei123456/spikingjelly
            --spikingjelly-014  source of its branch 0.0.0.0.14, run by /usr/bin/python3 with Debian 12's PyTorch (python3-torch)
            --out               writes each row's JSON, tests/SnnNotebooks.Benchmarks/results for the page (then `-- page`)
            --add               the same, with the processes added to those that are there of the same command, machine, versions and day
            Run it once with --processes 1 before: compilations are kept, and a measured run then has the processors for itself.
            JAX (lax.scan) would take part; neither Debian 12 nor trixie has it, so it is not written.
        """;

    /// <summary>Reads a command line; null where it cannot be followed.</summary>
    /// <param name="arguments">What stands behind <c>peer</c>.</param>
    /// <param name="fault">What is wrong.</param>
    public static PeerOptions? Parse(IReadOnlyList<string> arguments, out string fault)
    {
        var options = new PeerOptions(PeerRow.All, 1, 3, 120, null, null, null, false);
        fault = string.Empty;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                fault = $"{arguments[i]} wants a value.";
                return null;
            }

            var value = arguments[i + 1];
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : 0;
            var rows = value.Split(',').Select(name => PeerRow.All.FirstOrDefault(row => row.Name == name)).ToArray();
            PeerOptions? next = arguments[i] switch
            {
                "--rows" when rows.All(row => row is not null) => options with { Rows = [.. rows.OfType<PeerRow>()] },
                "--threads" when number > 0 => options with { Threads = number },
                "--processes" when number > 0 => options with { Processes = number },
                "--cap" when number > 0 => options with { Cap = number },
                "--spikingjelly" when IsSource(value) => options with { SpikingJelly = Path.GetFullPath(value) },
                "--spikingjelly-014" when IsSource(value) => options with { SpikingJelly014 = Path.GetFullPath(value) },
                "--out" or "--add" when Directory.Exists(value) => options with { Out = value, Adds = arguments[i] == "--add" },
                _ => null,
            };
            if (next is null)
            {
                fault = $"{arguments[i]} {value} cannot be followed.";
                return null;
            }

            options = next;
        }

        return options;
    }

    private static bool IsSource(string folder) => Directory.Exists(Path.Combine(folder, "spikingjelly"));
}
