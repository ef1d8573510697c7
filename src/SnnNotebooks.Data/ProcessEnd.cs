using System.Globalization;

namespace SnnNotebooks;

/// <summary>
/// How a program that was started came to its end. Whoever reads what it wrote must ask: one that a signal ended leaves an output that
/// looks like a short one.
/// </summary>
internal static class ProcessEnd
{
    private const int FirstSignal = 128; // .NET and shells give 128 plus the signal's number
    private const int LastSignal = FirstSignal + 31;

    /// <summary>Whether a signal ended the program, as far as its exit code says: 129 to 159. On Windows there are none.</summary>
    /// <param name="exitCode">Its exit code.</param>
    public static bool IsBySignal(int exitCode) => exitCode is > FirstSignal and <= LastSignal && !OperatingSystem.IsWindows();

    /// <summary>The end in words, such as "exit code 137, SIGKILL: often the system ran out of memory".</summary>
    /// <param name="exitCode">Its exit code.</param>
    public static string Describe(int exitCode)
    {
        var code = string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
        return IsBySignal(exitCode) ? $"{code}, {Signal(exitCode - FirstSignal)}" : code;
    }

    private static string Signal(int number) => number switch
    {
        1 => "SIGHUP: its terminal or session ended",
        2 => "SIGINT: it was interrupted",
        4 => "SIGILL: a library is made for another processor",
        6 => "SIGABRT: Environment.FailFast, an exception on another thread, or a native abort",
        8 => "SIGFPE",
        9 => "SIGKILL: often the system ran out of memory",
        11 => "SIGSEGV: a native library read or wrote where it must not",
        13 => "SIGPIPE: nobody read what it wrote",
        15 => "SIGTERM: it was told to end",
        24 => "SIGXCPU: it used up its time on the processor",
        25 => "SIGXFSZ: it wrote a larger file than it may",
        _ => string.Create(CultureInfo.InvariantCulture, $"signal {number}"),
    };
}
