using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SnnNotebooks.Datasets.Video;

/// <summary>
/// Decodes video through the program <c>ffmpeg</c>, frame by frame, every frame once, turned as the file says. Only the file itself is
/// opened: a playlist cannot make it fetch anything.
/// </summary>
public static class VideoReader
{
    private const int MostPixels = 1 << 26;
    private const int MostHeaderBytes = 64;
    private const int ToldToEnd = 255; // ffmpeg's exit code, without a word, after SIGTERM and SIGINT

    /// <summary>The full path of ffmpeg, or null where it is not on the search path.</summary>
    public static string? Tool => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg"))
        .FirstOrDefault(File.Exists);

    /// <summary>The frames of a video, decoded as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixels">What a pixel holds.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="DatasetException">ffmpeg is not installed, or the file is missing or no video.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, which says nothing about the file.</exception>
    public static IEnumerable<VideoFrame> Read(string path, VideoPixels pixels = VideoPixels.Rgb, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tool = Tool
            ?? throw new DatasetException(
                "Video is decoded by the program ffmpeg, which is not on the search path. Install it: `apt-get install ffmpeg`, `brew "
                + "install ffmpeg` or ffmpeg.org.");
        return File.Exists(path) ? Frames(tool, path, pixels, cancellation) : throw new DatasetException($"There is no video {path}.");
    }

    /// <summary>All frames of a video.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostFrames">A video with more frames than this is refused.</param>
    /// <exception cref="DatasetException">ffmpeg is not installed, the file is missing or no video, or it is too long.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, which says nothing about the file.</exception>
    public static IReadOnlyList<VideoFrame> ReadAll(string path, int mostFrames = 10_000)
    {
        var frames = new List<VideoFrame>();
        foreach (var frame in Read(path))
        {
            if (frames.Count == mostFrames)
            {
                throw new DatasetException($"{path} has more than {mostFrames} frames; read it frame by frame, or allow more.");
            }

            frames.Add(frame);
        }

        return frames;
    }

    private static IEnumerable<VideoFrame> Frames(string tool, string path, VideoPixels pixels, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(tool)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file", "-i", "file:" + Path.GetFullPath(path), "-map",
            "0:v:0", "-vsync", "passthrough",
            "-f", "image2pipe", "-c:v", pixels == VideoPixels.Grey ? "pgm" : "ppm", "-pix_fmt", pixels == VideoPixels.Grey
                ? "gray"
                : "rgb24", "-",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null && said.Length < 2000)
            {
                said.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        using var stopping = cancellation.Register(() => Stop(process));
        var (count, isCut) = (0, false);
        try
        {
            using var output = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
            while (Next(output, path, pixels, ref isCut) is { } frame)
            {
                cancellation.ThrowIfCancellationRequested();
                count++;
                yield return frame;
            }

            cancellation.ThrowIfCancellationRequested();
            process.WaitForExit();
            if (process.ExitCode != 0 || count == 0 || isCut)
            {
                throw Refusal(path, count, process.ExitCode, said.ToString().Trim().ReplaceLineEndings("; "));
            }
        }
        finally
        {
            Stop(process);
        }
    }

    /// <summary>A file that is damaged is told from a decoder that was ended: the former may be left out of a training.</summary>
    private static Exception Refusal(string path, int frames, int exitCode, string said)
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

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// Reads a frame in the format PPM or PGM: P6 or P5, width, height, 255 and the bytes; null where the output ends, also where it ends
    /// inside a frame, which is then said to be cut.
    /// </summary>
    private static VideoFrame? Next(Stream output, string path, VideoPixels pixels, ref bool isCut)
    {
        var words = new List<string>(4);
        var word = new StringBuilder();
        for (var read = 0; words.Count < 4; read++)
        {
            var value = output.ReadByte();
            if (value < 0)
            {
                isCut = read > 0;
                return null;
            }

            if (read == MostHeaderBytes)
            {
                throw new DatasetException($"{path}: what ffmpeg gives is no frame.");
            }

            if (value is ' ' or '\n')
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
            {
                word.Append((char)value);
            }
        }

        var channels = pixels == VideoPixels.Grey ? 1 : 3;
        if (words[0] != (channels == 1 ? "P5" : "P6") || words[3] != "255"
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            || width < 1 || height < 1 || (long)width * height > MostPixels)
        {
            throw new DatasetException(
                $"{path}: ffmpeg gives a frame '{string.Join(' ', words)}'; expected {(channels == 1 ? "P5" : "P6")}, a width and height "
                + $"of at most {MostPixels} pixels together, and 255.");
        }

        var bytes = new byte[width * height * channels];
        isCut = output.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length;
        return isCut ? null : new VideoFrame(width, height, bytes);
    }
}
