using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Tells Jupyter of this kernel.</summary>
public static partial class KernelSpec
{
    /// <summary>The kernel's name where none is chosen: the one that notebooks of .NET Interactive, and ours, ask for.</summary>
    public const string DefaultName = ".net-csharp";

    /// <summary>The words that start the kernel, after the program; the connection file follows.</summary>
    public static IReadOnlyList<string> Verb { get; } = ["jupyter", "kernel"];

    private const string Mark = "snn_notebooks";

    /// <summary>The folder of the user's own kernels.</summary>
    public static string UserFolder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var data = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } named ? named
            : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
            : Path.Combine(Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(home, ".local", "share"), "jupyter");
        return Path.Combine(data, "kernels");
    }

    /// <summary>The folder of kernels under a prefix such as <c>/usr/local</c>.</summary>
    /// <param name="prefix">The prefix.</param>
    public static string PrefixFolder(string prefix) => Path.GetFullPath(Path.Combine(prefix, "share", "jupyter", "kernels"));

    /// <summary>The prefix of the Python environment in use.</summary>
    /// <exception cref="NotebookException">There is none.</exception>
    public static string SysPrefix()
    {
        if ((Environment.GetEnvironmentVariable("VIRTUAL_ENV")
            ?? Environment.GetEnvironmentVariable("CONDA_PREFIX")) is { Length: > 0 } active)
        {
            return active;
        }

        try
        {
            using var python = Process.Start(
                new ProcessStartInfo("python3", ["-c", "import sys; print(sys.prefix)"]) { RedirectStandardOutput = true })!;
            var prefix = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return python.ExitCode == 0 && prefix.Length > 0
                ? prefix
                : throw new NotebookException(
                    $"python3 did not say its sys.prefix ({ProcessEnd.Describe(python.ExitCode)}). Name the folder with --prefix.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotebookException(
                $"--sys-prefix asks python3 for its folder, and it did not start: {e.Message} Name the folder with --prefix.", e);
        }
    }

    /// <summary>Writes the kernel's specification.</summary>
    /// <param name="folder">The folder of kernels.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="anyAddress">Whether the kernel may listen on other addresses than the loopback's.</param>
    /// <param name="replace">Whether a kernel of that name that is not ours is replaced.</param>
    /// <returns>The folder written.</returns>
    /// <exception cref="NotebookException">No name for a kernel, another kernel has it, or the folder cannot be written.</exception>
    public static string Install(string folder, string name, bool anyAddress, bool replace)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var target = Target(folder, name);
        var file = Path.Combine(target, "kernel.json");
        if (File.Exists(file) && !replace && !IsOurs(file))
        {
            throw new NotebookException(
                $"{Printable.Name(target)} holds another kernel of the name {name}. Choose another with --name, or "
                + "replace it with --force.");
        }

        try
        {
            Directory.CreateDirectory(target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException(
                $"{Printable.Name(target)} cannot be made: {e.Message} Install for yourself with --user, or name a folder with --prefix.",
                e);
        }

        ExportFile.Write(file, Specification(anyAddress).ToJsonString(IpynbWriter.Relaxed(indented: true)) + "\n");
        return target;
    }

    /// <summary>Removes the kernel's specification.</summary>
    /// <param name="folder">The folder of kernels.</param>
    /// <param name="name">The kernel's name.</param>
    /// <returns>The folder removed, or null where there was none.</returns>
    /// <exception cref="NotebookException">The kernel of that name is not ours, or cannot be removed.</exception>
    public static string? Uninstall(string folder, string name)
    {
        var target = Target(folder, name);
        var file = Path.Combine(target, "kernel.json");
        if (!File.Exists(file))
        {
            return null;
        }

        if (!IsOurs(file))
        {
            throw new NotebookException($"{Printable.Name(target)} holds another kernel of the name {name}; it is left alone.");
        }

        try
        {
            Directory.Delete(target, recursive: true);
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{target} cannot be removed: {e.Message}", e);
        }
    }

    private static string Target(string folder, string name) => KernelName().IsMatch(name)
        ? Path.Combine(folder, name)
        : throw new NotebookException($"{name} is no name for a kernel. Expected letters, digits, dots, dashes and underscores.");

    private static JsonObject Specification(bool anyAddress)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var entry = Assembly.GetEntryAssembly()!.Location;
        var runtime = Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..",
                OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

        // the runtime by its path: a Jupyter server need not have it on PATH
        var launcher = Launcher(entry);
        string[] start = launcher is not null ? [launcher]
            : File.Exists(runtime) && File.Exists(entry) ? [runtime, entry]
            : [program];
        string[] argv = [.. start, .. Verb, "{connection_file}", .. anyAddress ? ["--any-address"] : Array.Empty<string>()];
        var environment = new JsonObject();
        if (launcher is not null)
        {
            environment["DOTNET_ROOT"] = Path.GetDirectoryName(runtime); // where a launcher looks for it
        }

        return new JsonObject
        {
            ["argv"] = new JsonArray([.. argv.Select(word => JsonValue.Create(word))]),
            ["display_name"] = $"C# (.NET {Environment.Version.Major}, snn)",
            ["language"] = "C#",
            ["env"] = environment,
            ["interrupt_mode"] = "message",
            ["metadata"] = new JsonObject { ["debugger"] = false, [Mark] = true },
        };
    }

    /// <summary>The launcher of an installed .NET tool: its assembly stands in a folder of its version, which an update removes.</summary>
    /// <param name="entry">The tool's assembly, <c>FOLDER/.store/ID/VERSION/.../snn.dll</c>.</param>
    /// <returns><c>FOLDER/snn</c>, or null where the assembly is not that of an installed tool.</returns>
    internal static string? Launcher(string entry)
    {
        var store = Path.GetDirectoryName(entry);
        while (store is not null && Path.GetFileName(store) != ".store")
        {
            store = Path.GetDirectoryName(store);
        }

        var name = Path.GetFileNameWithoutExtension(entry) + (OperatingSystem.IsWindows() ? ".exe" : string.Empty);
        return Path.GetDirectoryName(store) is { } folder && Path.Combine(folder, name) is var launcher && File.Exists(launcher)
            ? launcher
            : null;
    }

    private static bool IsOurs(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject specification && specification["metadata"] is JsonObject metadata
                && metadata.ContainsKey(Mark);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex KernelName();
}
