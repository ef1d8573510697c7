using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Video;

public sealed partial class VideoTests
{
    private const string Ffmpeg = "/usr/bin/ffmpeg";

    /// <summary>Counts, sizes and grey means of the README's table, for the clips that are here.</summary>
    [SharedFact("data/action_videos/README.md", Ffmpeg, "ffmpeg")]
    public void Real_clips_have_the_stated_frames_sizes_and_means()
    {
        var seen = 0;
        foreach (var row in File.ReadLines(Repository.SharedPath("data/action_videos/README.md")!).Select(line => Row().Match(line))
            .Where(row => row.Success))
        {
            if (Repository.SharedPath("data/action_videos/" + row.Groups["file"].Value) is not { } path)
            {
                continue; // kept back
            }

            seen++;
            var (count, mean) = (0, 0.0);
            foreach (var frame in VideoReader.Read(path, VideoPixels.Grey))
            {
                Assert.Equal(row.Groups["size"].Value, $"{frame.Width}x{frame.Height}");
                mean = count++ == 0 ? frame.Pixels.Average(pixel => (double)pixel) : mean;
            }

            Assert.Equal(int.Parse(row.Groups["frames"].Value, CultureInfo.InvariantCulture), count);
            Assert.Equal(double.Parse(row.Groups["mean"].Value, CultureInfo.InvariantCulture), mean, 0.1);
        }

        Assert.Equal(11, seen);
    }

    [SharedFact("data/action_videos/torchvision/v_SoccerJuggling_g23_c01.avi", Ffmpeg, "ffmpeg")]
    public void Pixels_are_those_of_ffmpeg_itself()
    {
        var path = Repository.SharedPath("data/action_videos/torchvision/v_SoccerJuggling_g23_c01.avi")!;
        using var process = Process.Start(
            new ProcessStartInfo(Ffmpeg,
                ["-v", "error", "-i", path, "-frames:v", "3", "-f", "rawvideo", "-pix_fmt", "rgb24",
                    "-"]) { RedirectStandardOutput = true })!;
        using var raw = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(raw);

        Assert.Equal(raw.ToArray(), VideoReader.Read(path).Take(3).SelectMany(frame => frame.Pixels));
    }

    [NeedsToolFact(Ffmpeg, "ffmpeg")]
    public void What_is_no_video_is_refused_and_a_playlist_opens_nothing_else()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.avi"), "no video at all");
        File.WriteAllText(folder.File("list.m3u8"), "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n");

        Assert.Contains("cannot be decoded", Assert.Throws<DatasetException>(() => VideoReader.ReadAll(folder.File("a.avi"))).Message,
            StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => VideoReader.ReadAll(folder.File("list.m3u8")));
        Assert.Contains("There is no video", Assert.Throws<DatasetException>(() => VideoReader.ReadAll(folder.File("none.avi"))).Message,
            StringComparison.Ordinal);
    }

    [NeedsToolFact(Ffmpeg, "ffmpeg")]
    public void Every_frame_of_a_written_video_comes_once_and_damage_is_reported()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("counted.mkv");
        using (var process = Process.Start(
            new ProcessStartInfo(Ffmpeg,
                ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=2", "-c:v", "ffv1", path]))!)
        {
            process.WaitForExit();
        }

        var frames = VideoReader.ReadAll(path);
        Assert.Equal((20, 64, 48), (frames.Count, frames[0].Width, frames[0].Height));
        Assert.Equal(frames[3].Pixels, VideoReader.Read(path).ElementAt(3).Pixels);
        Assert.Contains("more than 19 frames", Assert.Throws<DatasetException>(() => VideoReader.ReadAll(path, mostFrames: 19)).Message,
            StringComparison.Ordinal);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => VideoReader.Read(path, cancellation: stopped.Token).ToList());

        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var round = 0; round < 8; round++)
        {
            File.WriteAllBytes(path, whole[..random.Next(whole.Length)]);
            try
            {
                Assert.InRange(VideoReader.ReadAll(path).Count, 1, 20);
            }
            catch (DatasetException refusal)
            {
                Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [NeedsToolTheory(Ffmpeg, "ffmpeg")]
    [InlineData("KILL", "exit code 137, SIGKILL")]
    [InlineData("SEGV", "exit code 139, SIGSEGV")]
    [InlineData("TERM", "exit code 255")]
    public void A_decoder_that_was_ended_is_no_damage_of_the_file(string signal, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("long.mkv");
        using (var process = Process.Start(
            new ProcessStartInfo(Ffmpeg,
                ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=30", "-c:v", "ffv1", path]))!)
        {
            process.WaitForExit();
        }

        var ended = Assert.Throws<IOException>(() =>
        {
            foreach (var frame in VideoReader.Read(path))
            {
                foreach (var decoder in Process.GetProcessesByName("ffmpeg").Where(decoder => Decodes(decoder, path)))
                {
                    Process.Start("kill", [$"-{signal}", $"{decoder.Id}"]).WaitForExit();
                }
            }
        });

        Assert.StartsWith("ffmpeg was ended after", ended.Message, StringComparison.Ordinal);
        Assert.Contains(reason, ended.Message, StringComparison.Ordinal);

        static bool Decodes(Process decoder, string path)
        {
            try
            {
                return File.ReadAllText($"/proc/{decoder.Id}/cmdline").Contains($"file:{path}", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // it has ended
            }
        }
    }

    [Fact]
    public void Clips_are_sampled_by_the_papers_rules()
    {
        // 16 frames of stride 4 at 30 a second take 64 frames, the last of which is not reached
        var clip = ClipSampling.View(100, 30, clip: 0);
        Assert.Equal((0, 63), (clip[0], clip[^1]));
        Assert.Equal([0, 4, 8, 12], clip.Take(4));
        Assert.Equal([0, 7, 14, 21, 28], Enumerable.Range(0, 5).Select(view => ClipSampling.View(100, 30, view)[0]));
        Assert.Equal(31, ClipSampling.View(100, 15, 0)[^1]); // half the rate, half the frames
        Assert.Equal(9, ClipSampling.View(10, 30, 4)[^1]); // a short video repeats its last frame
        var starts = Enumerable.Range(0, 200).Select(seed => ClipSampling.Strided(100, 30, new Random(seed))[0]).ToArray();
        Assert.Equal((0, 35), (starts.Min(), starts.Max()));

        Assert.Equal([0, 16, 32], ClipSampling.Consecutive(50).Select(run => run[0]));
        Assert.Equal(Enumerable.Range(32, 16), ClipSampling.Consecutive(50)[2]);
        Assert.Empty(ClipSampling.Consecutive(15));
        var window = ClipSampling.Window(40, new Random(2));
        Assert.Equal(Enumerable.Range(window[0], 16), window);
        var scattered = ClipSampling.Scattered(40, new Random(2));
        Assert.Equal(16, scattered.Distinct().Count());
        Assert.NotEqual(scattered.Order(), scattered);
        Assert.Throws<ArgumentException>(() => ClipSampling.Window(16, new Random(2)));

        Assert.Equal([(0, 16), (58, 16), (116, 16)], Enumerable.Range(0, 3).Select(crop => ClipSampling.Crop(340, 256, 224, crop)));
        Assert.Equal([(0, 0), (0, 10), (0, 20)], Enumerable.Range(0, 3).Select(crop => ClipSampling.Crop(30, 50, 30, crop)));
    }

    [Fact]
    public void All_frames_of_a_clip_are_transformed_alike()
    {
        using var scope = NewDisposeScope();
        var frame = new RgbImage(30, 20, [.. Enumerable.Range(0, 1800).Select(at => (byte)(at * 7))]);
        var transform = new ClipTransform(new RandomResizedCrop(16), new RandomFlip(), RandAugment.Parse("rand-m5-n2-mstd0.25"))
        {
            Erasing = new RandomErasing(1, Erasure.Constant),
        };
        var clip = transform.Apply([frame, frame, frame], seed: 4);

        Assert.Equal([3, 3, 16, 16], clip.shape);
        Assert.True(clip.eq(clip[0]).all().item<bool>());
        Assert.True(clip.eq(transform.Apply([frame, frame, frame], seed: 4)).all().item<bool>());
        Assert.False(clip.eq(transform.Apply([frame, frame, frame], seed: 5)).all().item<bool>());
        Assert.Throws<ArgumentException>(() => new ClipTransform().Apply([], 1));
    }

    [GeneratedRegex(@"^\| (?<file>\S+) \| \w+ (?<size>\d+x\d+) \S+ \| (?<frames>\d+) \| (?<mean>[\d.]+) \|", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
