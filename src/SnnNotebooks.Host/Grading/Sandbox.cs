using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>What stands between a hand-in and the machine that grades it.</summary>
public abstract class Sandbox
{
    /// <summary>Its name, for the table.</summary>
    public abstract string Name { get; }

    /// <summary>What is not enforced here, a sentence each; shown with every table.</summary>
    public abstract IReadOnlyList<string> NotEnforced { get; }

    /// <summary>Whether a hand-in can read or change the files of the one who grades.</summary>
    public virtual bool ReachesFiles => true;

    /// <summary>
    /// Whether all that a hand-in started ends with the process that was started: then nothing of it needs to be looked for.
    /// </summary>
    internal virtual bool EndsWhole => true;

    /// <summary>Whether a hand-in runs as another user than the grader.</summary>
    internal virtual bool ChangesUser => false;

    /// <summary>The strongest that works here: bubblewrap, else namespaces, else limits alone.</summary>
    public static Sandbox Find() =>
        BubblewrapSandbox.TryFind() ?? (Sandbox?)NamespaceSandbox.TryFind() ?? new LimitsOnly();

    /// <summary>The command that runs another one inside.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="workspace">The files it sees.</param>
    /// <param name="limits">What it may use.</param>
    internal abstract IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits);

    /// <summary>Whether a program starts and ends well.</summary>
    private protected static bool Works(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            return process.WaitForExit(10_000) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }

    /// <summary>Limits of one process, by util-linux's prlimit; nothing can raise them again.</summary>
    private protected static IEnumerable<string> Limited(IReadOnlyList<string> command, GradingLimits limits)
    {
        string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
        return
        [
            "prlimit", "--core=0", $"--data={Number(limits.Memory)}", $"--fsize={Number(limits.Files)}", $"--nproc={Number(limits.Tasks)}",
            $"--cpu={Number(limits.Time.TotalSeconds * Environment.ProcessorCount)}", "--", .. command,
        ];
    }
}
