using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Cli.Training;

/// <summary>Runs a launcher of ranks to its end.</summary>
internal static partial class Launcher
{
    /// <summary>Starts it and waits; when told to stop it sends SIGUSR1, which launchers pass on to their ranks.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(ProcessStartInfo start, CancellationToken stop)
    {
        start.RedirectStandardInput = true; // of a session of its own it could not read the terminal
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var asking = stop.Register(() => _ = Signal(process.Id, StopSignals.User1)); // it may have ended by itself
        process.WaitForExit();
        if (process.ExitCode is not (ExitCode.Success or ExitCode.Stopped))
        {
            Console.Error.WriteLine(
                $"The job ended ({ProcessEnd.Describe(process.ExitCode)}): the lines above name the rank and its host. Where a state was "
                + "kept, the same command goes on from the last saving.");
        }

        return process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
