using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Cli.Commands;
using SnnNotebooks.Distributed;

namespace SnnNotebooks.Cli.Training;

/// <summary>What <c>snn launch</c> is asked for, as the command line of the launcher underneath.</summary>
/// <param name="Ranks">Processes.</param>
/// <param name="Hosts">Machines as mpirun takes them, or null.</param>
/// <param name="Threads">Threads of each rank.</param>
/// <param name="Command">Verb and options of each rank.</param>
internal sealed record LaunchPlan(int Ranks, string? Hosts, int Threads, IReadOnlyList<string> Command)
{
    /// <summary>The command line and its environment.</summary>
    /// <exception cref="ArgumentException">The verb is none that ranks can share, or there is no launcher.</exception>
    public ProcessStartInfo Start()
    {
        if (Command[0] != "train")
        {
            throw new ArgumentException($"snn launch shares the work of `train`; it was given '{Command[0]}'.");
        }

        // once here instead of once on every rank
        if (TrainCommand.Create().Parse([.. Command.Skip(1)]).Errors is [var error, ..])
        {
            throw new ArgumentException($"train: {error.Message}");
        }

        if (Threads < 1)
        {
            throw new ArgumentException($"--threads is {Threads}; expected 1 or more.");
        }

        var isAllocated = Environment.GetEnvironmentVariable("SLURM_JOB_ID") is { Length: > 0 } && Hosts is null;
        var srun = isAllocated && Find("srun") is { } found && KnowsRanks(found) ? found : null;
        var mpirun = srun is null ? Find("mpirun") : null;
        var start = srun is not null ? Slurm(srun) : mpirun is not null ? OpenMpi(mpirun) : throw new ArgumentException(
            "mpirun was not found: install Open MPI (on Debian and Ubuntu the package openmpi-bin), or load your cluster's MPI module.");
        foreach (var word in Self().Concat(Command))
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[MpiReducer.LaunchVariable] = "1";
        start.Environment["OMP_NUM_THREADS"] = Threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["TERM"] = "dumb"; // what ranks write looks to them like a terminal, and is none
        if (Environment.IsPrivilegedProcess)
        {
            start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
            start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        }

        return start;
    }

    // a session of its own: Ctrl-C in a terminal reaches this process alone, which asks the ranks to save
    private ProcessStartInfo OpenMpi(string mpirun)
    {
        string[] where = Hosts is null ? ["--oversubscribe"] : ["--host", Hosts]; // an allocation's hosts mpirun knows itself
        string[] words =
        [
            mpirun, "-n", Number(Ranks), .. where, "--bind-to", "none",
            "-x", MpiReducer.LaunchVariable, "-x", "OMP_NUM_THREADS", "-x", "TERM",
        ];
        return Find("setsid") is { } setsid ? new ProcessStartInfo(setsid, words) : new ProcessStartInfo(mpirun, words[1..]);
    }

    private ProcessStartInfo Slurm(string srun) => new(
        srun, ["--mpi=pmix", "--ntasks", Number(Ranks), "--cpus-per-task", Number(Threads), "--kill-on-bad-exit=1"]);

    /// <summary>
    /// Whether this Slurm tells ranks of each other by PMIx; mpirun starts them in the allocation where it does not. It is tried: Debian's
    /// lists a plugin that cannot load its library.
    /// </summary>
    private static bool KnowsRanks(string srun)
    {
        using var trial = Process.Start(new ProcessStartInfo(srun, ["--mpi=pmix", "--ntasks=1", "true"]) { RedirectStandardError = true })!;
        trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>This tool as a command: its own program, or dotnet and its assembly.</summary>
    private static string[] Self()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(LaunchPlan).Assembly.Location] : [program];
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
