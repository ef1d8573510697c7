using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

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

    /// <summary>
    /// The environment variables of a hand-in's process, all of them: what the grader's own hold, such as keys to a service, is not for
    /// students.
    /// </summary>
    /// <param name="workspace">The files it sees, and the parameters of the lesson.</param>
    internal virtual Dictionary<string, string> Variables(Workspace workspace) => new(workspace.Variables)
    {
        ["DOTNET_ROOT"] = DotnetRoot,
        ["SNN_CACHE"] = HostCache.Root,
        ["NUGET_PACKAGES"] = Packages,
    };

    /// <summary>How a process is started inside, its output redirected.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="workspace">The files it sees.</param>
    /// <param name="limits">What it may use.</param>
    internal ProcessStartInfo Inside(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits)
    {
        var wrapped = Wrap(command, workspace, limits);
        var start = new ProcessStartInfo(wrapped[0], wrapped.Skip(1))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (variable, value) in Variables(workspace))
        {
            start.Environment[variable] = value;
        }

        return start;
    }

    /// <summary>What the kernel does not do for root.</summary>
    private protected const string OnlyCounted =
        "Processes and threads are counted five times a second, not limited beforehand: the grader runs as root.";

    private protected static bool IsRoot => Environment.UserName == "root";

    /// <summary>The folder of the .NET runtime.</summary>
    internal static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Where NuGet keeps packages.</summary>
    internal static string Packages { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

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
            if (!process.WaitForExit(10_000))
            {
                ProcessTree.End(process, whole: true);
                return false;
            }

            return process.ExitCode == 0;
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
