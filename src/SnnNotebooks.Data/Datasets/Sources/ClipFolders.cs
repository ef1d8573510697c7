using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// Lists of videos that are decoded when asked for, as recipes want them. As SVFormer takes them: T frames, every fourth at 30 a second,
/// from a drawn place to learn from and from the middle to test on; with views, pieces spread over time and three crops each. As the movie
/// paper takes them: every run of T consecutive frames, an input of its own.
/// </summary>
internal static class ClipFolders
{
    public static LabelledData Open(
        string name, DataRequest request, IReadOnlyList<string> classes, IReadOnlyList<(string Path, int Label)> train,
        IReadOnlyList<(string Path, int Label)> test, double rate, IReadOnlyList<string> remarks)
    {
        if (VideoReader.Tool is null)
        {
            throw new DatasetException($"{name} holds videos, which the program ffmpeg decodes: `apt-get install ffmpeg` or ffmpeg.org.");
        }

        var shape = new InputShape(InputKind.Video, request.Shape.TimeSteps, RgbImage.Channels, request.Shape.Height, request.Shape.Width);
        return new LabelledData(name, shape, Set(train), Set(test), remarks);

        TrainingSet Set(IReadOnlyList<(string Path, int Label)> all)
        {
            (string Path, int Label)[] videos = [.. request.Places(all.Count).Select(place => all[place])];
            var plain = new ClipSampler(shape, rate, null, learning: false);
            return new(videos.Length, classes, Streamed(Clips(videos), plain).Batches)
            {
                Follows = [RecipePart.Crop, RecipePart.RandAugment, RecipePart.Erasing, RecipePart.Repeats, RecipePart.Normalisation,
                    RecipePart.TestCrop, RecipePart.TestViews, RecipePart.ConsecutiveClips, RecipePart.FrameCrop],
                Prepare = (recipe, learning) => Prepared(
                    recipe.ClipStep > 0 ? Consecutive(videos, recipe.ClipStep) : Clips(videos),
                    new ClipSampler(shape, rate, recipe, learning)),
            };
        }

        TrainingSet Prepared(IReadOnlyList<VideoClip> clips, ClipSampler sampler) =>
            new(clips.Count * sampler.Repeats, classes, Streamed(clips, sampler).Batches) { Views = sampler.Views };

        ClipStream Streamed(IReadOnlyList<VideoClip> clips, ClipSampler sampler) => new(clips, sampler, request.Damage);

        IReadOnlyList<VideoClip> Consecutive(IReadOnlyList<(string Path, int Label)> videos, int step)
        {
            var counts = FrameCounts.Of(videos.Select(video => video.Path), request.Damage);
            VideoClip[] clips = [.. from video in videos
                where counts.ContainsKey(video.Path)
                from run in ClipSampling.Consecutive(counts[video.Path], shape.TimeSteps, step)
                select new VideoClip(video.Path, video.Label, run[0])];
            return clips.Length > 0
                ? [.. request.Places(clips.Length).Select(place => clips[place])]
                : throw new DatasetException(
                    $"None of {videos.Count} videos has a clip of {shape.TimeSteps} consecutive frames: they are shorter. Ask for fewer "
                    + "time steps.");
        }
    }

    private static VideoClip[] Clips(IEnumerable<(string Path, int Label)> videos) =>
        [.. videos.Select(video => new VideoClip(video.Path, video.Label, null))];
}
