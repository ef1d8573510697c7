using System.CommandLine;
using SnnNotebooks.Cli.Training;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn launch</c>: starts the ranks of a data-parallel training run.</summary>
internal static class LaunchCommand
{
    public static Command Create()
    {
        var ranks = new Option<int>("--ranks") { Description = "Processes that train together.", Required = true };
        ranks.AtLeast(1);
        var hosts = new Option<string?>("--hosts")
        {
            Description = "Machines and how many ranks each takes: a:4,b:4. By default this machine, or those of the Slurm allocation.",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of each rank. Equal bits take an equal number.", DefaultValueFactory = _ => 1,
        };
        var command = new Argument<string[]>("COMMAND")
        {
            Description = "train and its options, after a --.", Arity = ArgumentArity.OneOrMore,
        };
        var launch = new Command(
            "launch",
            "Trains on several ranks by mpirun, inside a Slurm allocation by srun: snn launch --ranks 4 -- train NETWORK --out FILE ... "
            + "Ctrl-C, SIGTERM and SIGUSR1 save at the next step and end with code 3. Where it runs as root, as in containers, it sets "
            + "OMPI_ALLOW_RUN_AS_ROOT and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM, without which Open MPI refuses.")
        {
            ranks, hosts, threads, command,
        };
        launch.SetAction((parsed, cancellation) => Task.FromResult(Run(
            new LaunchPlan(parsed.GetValue(ranks), parsed.GetValue(hosts), parsed.GetValue(threads), parsed.GetValue(command)!),
            cancellation)));
        return launch;
    }

    private static int Run(LaunchPlan plan, CancellationToken cancellation)
    {
        try
        {
            using var signals = new StopSignals(cancellation);
            return Launcher.Run(plan.Start(), signals.Token);
        }
        catch (ArgumentException wrong)
        {
            Console.Error.WriteLine(wrong.Sentence());
            return ExitCode.Usage;
        }
    }
}
