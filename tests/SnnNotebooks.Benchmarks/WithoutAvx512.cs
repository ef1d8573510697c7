using System.Diagnostics;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>without-avx512</c>: another bench, in which nobody uses AVX-512. It stands for the processors that have AVX2 only, as far
/// as one that has more can.
/// </summary>
internal static class WithoutAvx512
{
    public const string Verb = "without-avx512";

    /// <summary>What each reads when it starts: .NET; libtorch and TorchInductor; oneDNN; MKL; OpenBLAS; NumPy.</summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_EnableAVX512", "0"), ("ATEN_CPU_CAPABILITY", "avx2"), ("ONEDNN_MAX_CPU_ISA", "AVX2"), ("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
        ("OPENBLAS_CORETYPE", "Haswell"),
        ("NPY_DISABLE_CPU_FEATURES", "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"),
    ];

    /// <summary>Whether this process was started so.</summary>
    public static bool IsOn { get; } = Array.TrueForAll(Settings, each => Environment.GetEnvironmentVariable(each.Name) == each.Value);

    /// <summary>The settings, in the form NAME=value; empty where it is off.</summary>
    public static IEnumerable<string> Variables => IsOn ? Settings.Select(each => $"{each.Name}={each.Value}") : [];

    /// <summary>The chapter of the page that a bench's question belongs to.</summary>
    public static string Chapter => IsOn ? "On a processor without AVX-512" : "How fast it is";

    /// <summary>What a question says of it; empty where it is off.</summary>
    public static IEnumerable<string> Text => IsOn
        ?
        [
            "AVX-512 is switched off, for the kit and for everybody else, on a processor that has it: an indication of what a processor "
            + "with AVX2 does, not a figure of one.",
        ]
        : [];

    /// <summary>The command of a bench as it stands on the page.</summary>
    public static string Command(string bench) =>
        $"dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- {(IsOn ? $"{Verb} " : string.Empty)}{bench}";

    /// <summary>Runs a bench in a process of its own.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(IEnumerable<string> bench)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. EntryArguments(), .. bench]);
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>`dotnet x.dll` has the library's path as its first argument, the program made from it has not.</summary>
    public static string[] EntryArguments() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(WithoutAvx512).Assembly.Location]
        : [];
}
