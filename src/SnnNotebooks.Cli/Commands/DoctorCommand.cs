using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn doctor</c>: what was loaded from where, what this machine can do, what is missing and how to get it.</summary>
internal static class DoctorCommand
{
    private static readonly OptionalTool[] Tools =
    [
        new("ffmpeg", "reads video files", "apt-get install ffmpeg"),
        new("jupyter", "opens the notebooks in Jupyter", "apt-get install jupyter-client jupyter-notebook"),
        new("chromium", "takes pictures of exported notebooks in the tests", "apt-get install chromium"),
    ];

    private static string? Version =>
        typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    public static Command Create()
    {
        var command = new Command(
            "doctor", "Says what libtorch was loaded from where, what this machine offers, and how to fix what is missing.");
        var find = new Option<bool>("--find-torch")
        {
            Description = "Looks for PyTorch in this machine's Python environments; prints the lines that choose one this kit runs with.",
        };
        command.Add(find);
        command.SetAction(parsed => parsed.GetValue(find) ? FindTorch() : Run());
        return command;
    }

    private static int FindTorch()
    {
        var found = TorchFinder.Find();
        foreach (var torch in found)
        {
            Console.WriteLine((torch.Refusal is null
                ? $"export SNN_LIBTORCH='{torch.Folder.Replace("'", "'\\''", StringComparison.Ordinal)}'  # {torch.Version}"
                    + (torch.HasCuda ? ", with CUDA" : ", for the CPU alone")
                : $"# not {torch.Folder}: it {torch.Refusal}").Shown());
        }

        if (found.Any(torch => torch.Refusal is null))
        {
            return ExitCode.Success;
        }

        Console.WriteLine(
            "# No PyTorch 2.10 or 2.11 was found: looked in the active environment, in those of conda, venv and pyenv, in pip --user, "
            + "/opt and beside every python3 on the search path. One with CUDA: python3 -m venv ENV && ENV/bin/pip install "
            + "'torch==2.11.*'");
        return ExitCode.Failure;
    }

    private static int Run()
    {
        var healthy = true;
        Line(
            "kit",
            $"SnnNotebooks {Version}, .NET {Environment.Version}, "
            + $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}");
        try
        {
            var loaded = LibTorch.EnsureLoaded();
            Line("libtorch", $"{torch.__version__}, {HowLoaded(loaded)}");
            if (loaded.ShimPath is not null)
            {
                Line(string.Empty, $"libtorch from {loaded.LibTorchFolder}");
                Line(string.Empty, $"TorchSharp's library {loaded.ShimPath}");
            }

            Line("TorchSharp", TorchSharpAssembly.Caution is { } caution
                ? $"CAUTION: {caution}"
                : "keeps what it gives to native calls alive until they return");
            foreach (var measure in ProcessTuning.Apply())
            {
                Line(measure.Name, $"{(measure.IsInForce ? "in force" : $"not in force: {measure.Why}")}. {measure.Reason}");
            }

            Line(string.Empty, $"(left out by {ProcessTuning.Variable}=-NAME,...)");
            using var probe = torch.ones(2, 2);
            Line("threads", string.Create(
                CultureInfo.InvariantCulture, $"{torch.get_num_threads()} for tensors, {Environment.ProcessorCount} processors"));
            Line("CUDA", torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s)" : "not available (CPU only)");
            foreach (var line in CudaDevices.Describe())
            {
                Line(string.Empty, line);
            }
        }
        catch (Exception failed) when (failed is LibTorchException or DllNotFoundException or TypeInitializationException
            or NotSupportedException)
        {
            healthy = false;
            Line("libtorch", $"NOT LOADED: {failed.Message}");
        }

        Line("SIMD", $"{SimdWidth()} bits per vector for the fused neurons");
        Line("cache", FolderState(CacheFolder.Root));
        foreach (var tool in Tools)
        {
            Line(
                tool.Name, tool.Find() is { } path ? path : $"not found: it {tool.Purpose}. To get it on Debian or Ubuntu: {tool.Install}");
        }

        return healthy ? ExitCode.Success : ExitCode.Failure;
    }

    private static string HowLoaded(LibTorchStatus status) => status.Load switch
    {
        LibTorchLoad.LeftToTorchSharp => "found by TorchSharp itself",
        LibTorchLoad.Original => "the library as shipped",
        _ =>
            $"as a copy that does not insist on a newer libstdc++ than this system has "
            + $"({(status.CopyWasMade ? "made now" : "made earlier")})",
    };

    private static int SimdWidth() =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64;

    private static string FolderState(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return $"{folder} (not made yet; set SNN_CACHE to have it elsewhere)";
        }

        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{folder} ({bytes / 1e6:0.0} MB; set SNN_CACHE to have it elsewhere)");
    }

    private static void Line(string name, string value) => Console.WriteLine($"{name,-14}{value}");

    private sealed record OptionalTool(string Name, string Purpose, string Install)
    {
        public string? Find() =>
            (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name))
                .FirstOrDefault(File.Exists);
    }
}
