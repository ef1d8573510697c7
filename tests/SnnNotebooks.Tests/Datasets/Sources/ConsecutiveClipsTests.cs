using System.Text.Json.Nodes;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Sources;

/// <summary>The movie paper's recipe on UCF101's layout: every clip of consecutive frames of every video is an input.</summary>
public sealed class ConsecutiveClipsTests : IDisposable
{
    private const string Ffmpeg = "/usr/bin/ffmpeg";
    private const string Real = "data/action_videos/torchvision/v_SoccerJuggling_g23_c01.avi";

    private readonly DataFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly string? cache = Environment.GetEnvironmentVariable("SNN_CACHE");

    public ConsecutiveClipsTests() => Environment.SetEnvironmentVariable("SNN_CACHE", Path.Combine(folder.Path, "cache"));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("SNN_CACHE", cache);
        scope.Dispose();
        folder.Dispose();
    }

    [SharedFact(Real, Ffmpeg, "ffmpeg")]
    public void Inputs_are_the_papers_squares_of_every_sixteen_frames_of_real_videos()
    {
        RealVideos();
        var recipe = Recipe(16);
        using var data = Open(16);

        var (learned, tested) = (data.Train.ForLearning(recipe), data.Test.ForTest(recipe));

        // 240 and 83 frames to learn from, 251 and 72 to test on
        Assert.Equal((15 + 5, 15 + 4), (learned.Count, tested.Count));
        var batches = tested.Batches(8, null).ToList();
        Assert.Equal(
            [.. Enumerable.Repeat(1L, 15), .. Enumerable.Repeat(0L, 4)],
            batches.SelectMany(batch => batch.Labels.Numbers<long>()));
        var frames = VideoReader.ReadAll(Video("SoccerJuggling", "g01"));
        foreach (var clip in new[] { 0, 3, 14 })
        {
            Assert.Equal(Expected(frames, clip * 16, recipe.FrameCrop!), batches[clip / 8].Inputs[clip % 8].Numbers<float>());
        }

        var epoch = learned.Batches(20, 3).Single();
        Assert.Equal([20, 3, 16, 32, 32], epoch.Inputs.shape);
        Assert.Equal(15, epoch.Labels.sum().item<long>());
        Assert.True(epoch.Inputs.equal(learned.Batches(20, 3).Single().Inputs).all().item<bool>());
        Assert.False(epoch.Inputs.equal(learned.Batches(20, 4).Single().Inputs).all().item<bool>());
    }

    [SharedFact(Real, Ffmpeg, "ffmpeg")]
    public void Frames_are_counted_once_for_each_content_and_a_damaged_cache_is_made_anew()
    {
        RealVideos();
        var path = Video("SoccerJuggling", "g08");
        Assert.Equal(240, Count());

        var file = FrameCounts.FileOf(Path.GetDirectoryName(path)!);
        var kept = JsonNode.Parse(File.ReadAllBytes(file))!;
        kept[Path.GetFileName(path)]!["Frames"] = 77;
        File.WriteAllText(file, kept.ToJsonString());
        Assert.Equal(77, Count()); // read, not counted
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.Equal(240, Count()); // another file under the same name
        foreach (var damaged in new[] { "", "{", "[1]", "null", "{\"a\":null,\"b\":{\"Frames\":-1}}", new string('[', 10_000) })
        {
            File.WriteAllText(file, damaged);
            Assert.Equal(240, Count());
        }

        int Count() => FrameCounts.Of([path], new DamageLog(skips: false))[path];
    }

    [NeedsToolFact(Ffmpeg, "ffmpeg")]
    public void Damaged_videos_stop_the_run_before_its_first_step_or_are_left_out_and_short_ones_are_named()
    {
        OfficialLayouts.Write(folder.Path, "ucf101");
        File.WriteAllText(Video("YoYo", "g08"), "no video");
        using (var data = Open(4))
        {
            var refused = Assert.Throws<DatasetException>(() => data.Train.ForLearning(Recipe(4)));
            Assert.StartsWith(Video("YoYo", "g08"), refused.Message, StringComparison.Ordinal);
            Assert.Contains("--skip-damaged", refused.Message, StringComparison.Ordinal);
        }

        var damage = new DamageLog(skips: true);
        using (var data = Open(4, damage))
        {
            Assert.Equal(3, data.Train.ForLearning(Recipe(4)).Count); // of ten frames each
            Assert.Single(damage.Reasons);
            Assert.Equal(12, data.Test.ForTest(Recipe(4) with { ClipStep = 3 }).Count);
            Assert.Equal(1, Open(4, damage, limit: 1).Test.ForTest(Recipe(4) with { ClipStep = 3 }).Count);
        }

        using var long11 = Open(11);
        Assert.Contains("has a clip of 11 consecutive frames",
            Assert.Throws<DatasetException>(() => long11.Test.ForTest(Recipe(11))).Message, StringComparison.Ordinal);
    }

    [SharedFact(Real, Ffmpeg, "ffmpeg")]
    public void A_run_of_frames_is_that_of_the_whole_video_and_one_beyond_its_end_is_refused()
    {
        var path = Repository.SharedPath(Real)!;
        var all = VideoReader.ReadAll(path);

        Assert.Equal(240, VideoReader.Count(path));
        foreach (var (first, count) in new[] { (0, 1), (0, 240), (100, 16), (224, 16) })
        {
            Assert.Equal(all.Skip(first).Take(count).SelectMany(frame => frame.Pixels),
                VideoReader.ReadRun(path, first, count).SelectMany(frame => frame.Pixels));
        }

        Assert.Contains("frames 230 to 245 were asked for",
            Assert.Throws<DatasetException>(() => VideoReader.ReadRun(path, 230, 16)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => VideoReader.ReadRun(path, 240, 16));
    }

    private static TrainingRecipe Recipe(int steps) => TrainingRecipes.All["lorafb-ucf101"].AtSize(Shape(steps))
        .Without(RecipePart.MixedPrecision);

    private static InputShape Shape(int steps) => new(InputKind.Video, steps, 3, 32, 32);

    /// <summary>[C, T, H, W] of sixteen frames, normalised, the middle of each.</summary>
    private static float[] Expected(IReadOnlyList<VideoFrame> frames, int first, FrameCrop crop)
    {
        Assert.Equal(new FrameCrop(36, 48, 36, 32), crop);
        var clip = stack(frames.Skip(first).Take(16).Select(frame => tensor(frame.Pixels, [frame.Height, frame.Width, 3])))
            .permute(0, 3, 1, 2).to(ScalarType.Float32) / 255f;
        var middle = Resized(Resized(clip, 36, 48).narrow(3, 6, 36), 32, 32);
        return ((middle - 0.5f) / 0.5f).transpose(0, 1).Numbers<float>();

        static Tensor Resized(Tensor images, long height, long width) => nn.functional.interpolate(
            images.contiguous(), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    private static LabelledData Open(int steps, DamageLog? damage = null, int limit = 0) => DataSources.Get("ucf101").Open(
        new DataRequest(Shape(steps)) { Partial = true, Limit = limit, Damage = damage ?? new DamageLog(skips: false) });

    private string Video(string name, string group) => Path.Combine(folder.Path, "ucf101", "UCF-101", name, $"v_{name}_{group}_c01.avi");

    private void RealVideos()
    {
        var lists = Directory.CreateDirectory(Path.Combine(folder.Path, "ucf101", "ucfTrainTestlist")).FullName;
        File.WriteAllText(Path.Combine(lists, "classInd.txt"), "1 Cartwheel\n2 SoccerJuggling\n");
        File.WriteAllText(Path.Combine(lists, "trainlist01.txt"),
            "SoccerJuggling/v_SoccerJuggling_g08_c01.avi 2\nCartwheel/v_Cartwheel_g08_c01.avi 1\n");
        File.WriteAllText(Path.Combine(lists, "testlist01.txt"),
            "SoccerJuggling/v_SoccerJuggling_g01_c01.avi\nCartwheel/v_Cartwheel_g01_c01.avi\n");
        foreach (var (name, group, source) in new[]
        {
            ("SoccerJuggling", "g08", "torchvision/v_SoccerJuggling_g23_c01.avi"),
            ("Cartwheel", "g08", "torchvision/hmdb51_Turnk_r_Pippi_Michel_cartwheel_f_cm_np2_le_med_6.avi"),
            ("SoccerJuggling", "g01", "torchvision/v_SoccerJuggling_g24_c01.avi"),
            ("Cartwheel", "g01", "torchvision/RATRACE_wave_f_nm_np1_fr_goo_37.avi"),
        })
        {
            OfficialLayouts.Put(Video(name, group), File.ReadAllBytes(Repository.SharedPath("data/action_videos/" + source)!));
        }
    }
}
