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

    /// <summary>The full path of ffmpeg, or null where it is not on the search path.</summary>
    public static string? Tool => Ffmpeg.Tool;

    /// <summary>The frames of a video, decoded as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixels">What a pixel holds.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>The frames in order.</returns>
    /// <exception cref="DatasetException">ffmpeg is not installed, or the file is missing or no video.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, which says nothing about the file.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static IEnumerable<VideoFrame> Read(string path, VideoPixels pixels = VideoPixels.Rgb, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Frames(Ffmpeg.For(path), path, [], pixels, cancellation);
    }

    /// <summary>All frames of a video.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostFrames">A video with more frames than this is refused.</param>
    /// <returns>The frames in order.</returns>
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

    /// <summary>Some frames of a video, one after another: those before them are decoded and dropped, those after them are not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="first">The number of the first, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>The frames in order, as many as were asked for.</returns>
    /// <exception cref="DatasetException">ffmpeg is not installed, the file is missing or no video, or it ends before the last of
    /// them.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, which says nothing about the file.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> is negative, or <paramref name="count"/> is below
    /// 1.</exception>
    public static IReadOnlyList<VideoFrame> ReadRun(string path, int first, int count)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        string[] chosen = ["-vf", string.Create(CultureInfo.InvariantCulture, $"select='gte(n,{first})'"), "-frames:v",
            count.ToString(CultureInfo.InvariantCulture)];
        VideoFrame[] frames = [.. Frames(Ffmpeg.For(path), path, chosen, VideoPixels.Rgb, CancellationToken.None)];
        return frames.Length == count
            ? frames
            : throw new DatasetException(
                $"{path} ends after frame {first + frames.Length}; frames {first} to {first + count - 1} were asked for.");
    }

    /// <summary>How many frames a video has, found by decoding it: what its container says of that may be wrong.</summary>
    /// <param name="path">The file.</param>
    /// <returns>How many, at least 0.</returns>
    /// <exception cref="DatasetException">ffmpeg is not installed, or the file is missing or no video.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, which says nothing about the file.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static int Count(string path)
    {
        const string Mark = "frame=";
        ArgumentException.ThrowIfNullOrEmpty(path);
        var said = new StringBuilder();
        using var process = Ffmpeg.Start(Ffmpeg.For(path), path, ["-f", "null", "-nostats", "-progress", "pipe:1", "-"], said);
        var frames = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            frames = line.StartsWith(Mark, StringComparison.Ordinal)
                && int.TryParse(line.AsSpan(Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : frames;
        }

        process.WaitForExit();
        return process.ExitCode == 0 && frames > 0
            ? frames
            : throw Ffmpeg.Refusal(path, frames, process.ExitCode, said.ToString().Trim().ReplaceLineEndings("; "));
    }

    private static IEnumerable<VideoFrame> Frames(
        string tool, string path, IEnumerable<string> chosen, VideoPixels pixels, CancellationToken cancellation)
    {
        var (codec, format) = pixels == VideoPixels.Grey ? ("pgm", "gray") : ("ppm", "rgb24");
        var said = new StringBuilder();
        using var process = Ffmpeg.Start(tool, path, [.. chosen, "-f", "image2pipe", "-c:v", codec, "-pix_fmt", format, "-"], said);
        using var stopping = cancellation.Register(() => Ffmpeg.Stop(process));
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
                throw Ffmpeg.Refusal(path, count, process.ExitCode, said.ToString().Trim().ReplaceLineEndings("; "));
            }
        }
        finally
        {
            Ffmpeg.Stop(process);
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
