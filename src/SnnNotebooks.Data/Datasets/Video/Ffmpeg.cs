using System.Diagnostics;
using System.Text;

namespace SnnNotebooks.Datasets.Video;

/// <summary>
/// The program <c>ffmpeg</c> on one file: only the file itself is opened, every frame of its first video stream comes once, turned as the
/// file says.
/// </summary>
internal static class Ffmpeg
{
    private const int ToldToEnd = 255; // its exit code, without a word, after SIGTERM and SIGINT

    /// <summary>Its full path, or null where it is not on the search path.</summary>
    public static string? Tool => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg"))
        .FirstOrDefault(File.Exists);

    /// <summary>The program, for a file that is there.</summary>
    public static string For(string path)
    {
        var tool = Tool
            ?? throw new DatasetException(
                "Video is decoded by the program ffmpeg, which is not on the search path. Install it: `apt-get install ffmpeg`, `brew "
                + "install ffmpeg` or ffmpeg.org.");
        return File.Exists(path) ? tool : throw new DatasetException($"There is no video {path}.");
    }

    /// <summary>Starts ffmpeg on the first video stream of a file; what it says of errors is collected.</summary>
    public static Process Start(string tool, string path, IEnumerable<string> output, StringBuilder said)
    {
        var start = new ProcessStartInfo(
            tool,
            ["-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file", "-i", "file:" + Path.GetFullPath(path), "-map",
                "0:v:0", "-vsync", "passthrough", .. output])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null && said.Length < 2000)
            {
                said.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>A file that is damaged is told from a decoder that was ended: the former may be left out of a training.</summary>
    public static Exception Refusal(string path, int frames, int exitCode, string said)
    {
        if (ProcessEnd.IsBySignal(exitCode) || (exitCode == ToldToEnd && said.Length == 0))
        {
            return new IOException(
                $"ffmpeg was ended after {frames} frames of {path} ({ProcessEnd.Describe(exitCode)}). The video may be sound: try again.");
        }

        var reason = said.Length > 0 ? said
            : exitCode != 0 ? $"ffmpeg ended without a word ({ProcessEnd.Describe(exitCode)})"
            : frames == 0 ? "it holds no frame" : "ffmpeg's output is cut short";
        return new DatasetException($"{path} cannot be decoded{(frames > 0 ? $" beyond frame {frames}" : string.Empty)}: {reason}");
    }

    /// <summary>Ends it, should it still run.</summary>
    public static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
