using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Datasets.Sources;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Video;

/// <summary>
/// How many frames videos have. Each is counted once: a file in the cache folder, one for each folder of videos, keeps the numbers with the
/// length and date of the video they are of.
/// </summary>
internal static class FrameCounts
{
    private const long LargestFile = 1 << 26;

    /// <summary>The frames of each of some videos; those that are damaged and left out have none.</summary>
    /// <param name="paths">The videos.</param>
    /// <param name="damage">What becomes of damaged ones.</param>
    /// <exception cref="DatasetException">One is damaged, or ffmpeg is not installed.</exception>
    /// <exception cref="IOException">ffmpeg was ended from outside, or the cache cannot be written.</exception>
    public static IReadOnlyDictionary<string, int> Of(IEnumerable<string> paths, DamageLog damage) => paths.Distinct()
        .GroupBy(path => Path.GetDirectoryName(Path.GetFullPath(path))!)
        .SelectMany(folder => OfFolder(folder.Key, [.. folder], damage))
        .ToDictionary();

    /// <summary>The file that keeps the numbers of a folder.</summary>
    internal static string FileOf(string folder) => Path.Combine(
        CacheFolder.Root, "videos", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder))) + ".json");

    private static Dictionary<string, int> OfFolder(string folder, string[] paths, DamageLog damage)
    {
        var file = FileOf(folder);
        var kept = Read(file);
        var found = new Counted?[paths.Length];
        var isNew = new bool[paths.Length];
        try
        {
            Parallel.For(0, paths.Length, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, at =>
            {
                var video = new FileInfo(paths[at]);
                var (length, ticks) = video.Exists ? (video.Length, video.LastWriteTimeUtc.Ticks) : (0, 0);
                isNew[at] = !kept.TryGetValue(video.Name, out var before) || before.Length != length || before.Ticks != ticks;
                found[at] = isNew[at] ? damage.Read(() => new Counted(length, ticks, VideoReader.Count(paths[at]))) : before;
            });
        }
        catch (AggregateException failures)
        {
            throw failures.InnerExceptions[0];
        }
        finally
        {
            if (isNew.Any(count => count))
            {
                Write(file, kept, paths.Zip(found));
            }
        }

        return paths.Zip(found).Where(video => video.Second is not null)
            .ToDictionary(video => video.First, video => video.Second!.Frames);
    }

    /// <summary>Numbers that were kept; none where the file is missing or damaged.</summary>
    private static Dictionary<string, Counted> Read(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: <= LargestFile }
                && JsonSerializer.Deserialize<Dictionary<string, Counted?>>(File.ReadAllBytes(file)) is { } kept)
            {
                return kept.Where(video => video.Value is { Frames: > 0 }).ToDictionary(video => video.Key, video => video.Value!);
            }
        }
        catch (JsonException)
        {
            // counted anew
        }

        return [];
    }

    private static void Write(string file, Dictionary<string, Counted> kept, IEnumerable<(string Path, Counted? Counted)> found)
    {
        foreach (var (path, counted) in found)
        {
            if (counted is not null)
            {
                kept[Path.GetFileName(path)] = counted;
            }
        }

        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(kept));
    }

    /// <summary>A video's frames, and the length and date of its file by which it is known again.</summary>
    private sealed record Counted(long Length, long Ticks, int Frames);
}
