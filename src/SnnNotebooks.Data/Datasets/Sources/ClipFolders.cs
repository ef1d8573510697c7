using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// Lists of videos that are decoded when asked for, as SVFormer takes them: T frames, every fourth at 30 a second, from a drawn place to
/// learn from and from the middle to test on; one draw for all frames of a clip. With views, pieces spread over time and three crops each.
/// </summary>
internal static class ClipFolders
{
    private const int Middle = 1;

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
            (string Path, int Label)[] clips = [.. request.Places(all.Count).Select(place => all[place])];
            return new ClipFolder(clips, classes, shape, rate, request.Damage).ToTrainingSet();
        }
    }

    private sealed class ClipFolder(
        IReadOnlyList<(string Path, int Label)> clips, IReadOnlyList<string> classes, InputShape shape, double rate, DamageLog damage)
    {
        public TrainingSet ToTrainingSet() => new(clips.Count, classes, Batches(null, learning: false))
        {
            Follows = [RecipePart.Crop, RecipePart.RandAugment, RecipePart.Erasing, RecipePart.Repeats, RecipePart.Normalisation,
                RecipePart.TestCrop, RecipePart.TestViews],
            Prepare = (recipe, learning) => new(clips.Count * (learning ? recipe.Repeats : 1), classes, Batches(recipe, learning))
            {
                Views = !learning && recipe.TestViews is { } views ? views.Clips * views.Crops : 1,
            },
        };

        private Func<int, int?, Func<int, bool>, IEnumerable<(Tensor, Tensor)>> Batches(TrainingRecipe? recipe, bool learning)
        {
            var repeats = learning && recipe is not null ? recipe.Repeats : 1;
            return (size, seed, wanted) =>
            {
                if (size % repeats != 0)
                {
                    throw new ArgumentException(
                        $"A batch of {size} does not hold each clip {repeats} times; expected a multiple of {repeats}.", nameof(size));
                }

                int[] order = [.. SampleOrder.Of(clips.Count, seed).SelectMany(
                    place => Enumerable.Range(0, repeats).Select(repeat => (place * repeats) + repeat))];
                var batches = new BatchPipeline(size, get_num_threads()).Run(
                    order,
                    item => damage.Read(() => Sample(clips[item / repeats].Path, recipe, learning, SampleOrder.Draw(seed ?? 0, item))),
                    item => clips[item / repeats].Label, wanted);
                return recipe is { TestViews: not null } && !learning
                    ? batches.Select(batch => (Joined(batch.Values), batch.Labels))
                    : batches;
            };
        }

        /// <summary>[B, views, ...] as [B views, ...].</summary>
        private static Tensor Joined(Tensor values)
        {
            using (values)
            {
                return values.flatten(0, 1);
            }
        }

        private ReadySample Sample(string path, TrainingRecipe? recipe, bool learning, int draw)
        {
            var random = new Random(draw);
            var frames = VideoReader.ReadAll(path);
            if (!learning && recipe?.TestViews is { } views)
            {
                float[][] pieces = [.. from clip in Enumerable.Range(0, views.Clips)
                    from crop in Enumerable.Range(0, views.Crops)
                    let chosen = ClipSampling.View(frames.Count, rate, clip, views.Clips, shape.TimeSteps)
                    select Values(frames, chosen,
                        [new Resize(shape.Height), new PlacedCrop(shape.Height, views.Crops == 1 ? Middle : crop)],
                        recipe, draw)];
                return new ReadySample([pieces.Length, .. shape.Axes], target =>
                {
                    for (var piece = 0; piece < pieces.Length; piece++)
                    {
                        pieces[piece].CopyTo(target[(piece * pieces[piece].Length)..]);
                    }
                });
            }

            var places = learning
                ? ClipSampling.Strided(frames.Count, rate, random, shape.TimeSteps)
                : ClipSampling.View(frames.Count, rate, Middle, 2, shape.TimeSteps);
            var values = Values(frames, places, [.. Transforms(recipe, learning)], recipe, random.Next());
            if (learning && recipe?.Erasing is { } erasing)
            {
                erasing.Apply(values, shape.Channels * shape.TimeSteps, shape.Height, shape.Width, random);
            }

            return new ReadySample(shape.Axes, target => values.CopyTo(target));
        }

        private IEnumerable<ImageTransform> Transforms(TrainingRecipe? recipe, bool learning)
        {
            if (learning && recipe?.Crop is { } crop)
            {
                yield return RandomResizedCrop.Of(crop);
            }
            else
            {
                yield return new Resize(!learning && recipe?.TestCrop is { } middle ? middle.Resize : shape.Height);
                yield return new CenterCrop(shape.Height);
            }

            if (learning && recipe?.RandAugment.Length > 0)
            {
                yield return RandAugment.Parse(recipe.RandAugment);
            }
        }

        /// <summary>[C, T, H, W], normalised.</summary>
        private static float[] Values(
            IReadOnlyList<VideoFrame> frames, IReadOnlyList<int> places, ImageTransform[] transforms, TrainingRecipe? recipe, int draw)
        {
            using var off = no_grad();
            using var scope = NewDisposeScope();
            var clip = new ClipTransform(transforms) { Mean = 0, Deviation = 1 }
                .Apply([.. places.Select(place => frames[place].ToImage())], draw).transpose(0, 1);
            if (recipe?.Normalisation is { } scale)
            {
                clip = (clip - Channels(scale.Mean)) / Channels(scale.Deviation);
            }

            return clip.Numbers<float>();

            static Tensor Channels(IReadOnlyList<float> values) => tensor(values.ToArray()).view(-1, 1, 1, 1);
        }
    }

    /// <summary>One of three squares side by side along the longer side.</summary>
    private sealed record PlacedCrop(int Size, int Place) : ImageTransform
    {
        public override RgbImage Apply(RgbImage image, Random random)
        {
            var (left, top) = ClipSampling.Crop(image.Width, image.Height, Size, Place);
            return RandomCrop.Cut(image, left, top, Size, Size);
        }
    }
}
