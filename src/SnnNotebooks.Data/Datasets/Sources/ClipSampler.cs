using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>Makes the inputs of clips as a recipe wants them; one draw for all frames of a clip.</summary>
/// <param name="shape">One input.</param>
/// <param name="rate">Frames a second of the videos.</param>
/// <param name="recipe">The recipe; null for none.</param>
/// <param name="learning">Whether they are learned from, else tested on.</param>
internal sealed class ClipSampler(InputShape shape, double rate, TrainingRecipe? recipe, bool learning)
{
    private const int Middle = 1;

    /// <summary>How often each clip is in an epoch.</summary>
    public int Repeats => learning && recipe is not null ? recipe.Repeats : 1;

    /// <summary>Whether an input is several pieces of a video, [views, C, T, H, W].</summary>
    public bool HasViews => !learning && recipe?.TestViews is not null;

    /// <summary>How many.</summary>
    public int Views => HasViews ? recipe!.TestViews!.Clips * recipe.TestViews.Crops : 1;

    /// <summary>Decodes a clip and makes its input.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="draw">Every draw depends on this number alone.</param>
    public ReadySample Sample(VideoClip clip, int draw)
    {
        var random = new Random(draw);
        if (clip.First is { } first)
        {
            return Finished(VideoReader.ReadRun(clip.Path, first, shape.TimeSteps), random);
        }

        var frames = VideoReader.ReadAll(clip.Path);
        if (HasViews)
        {
            return Pieces(frames, recipe!.TestViews!, draw);
        }

        var places = learning
            ? ClipSampling.Strided(frames.Count, rate, random, shape.TimeSteps)
            : ClipSampling.View(frames.Count, rate, Middle, 2, shape.TimeSteps);
        return Finished([.. places.Select(place => frames[place])], random);
    }

    private ReadySample Finished(IReadOnlyList<VideoFrame> frames, Random random)
    {
        var values = Values(frames, [.. Transforms()], random.Next(), learning ? random : null);
        if (learning && recipe?.Erasing is { } erasing)
        {
            erasing.Apply(values, shape.Channels * shape.TimeSteps, shape.Height, shape.Width, random);
        }

        return new ReadySample(shape.Axes, target => values.CopyTo(target));
    }

    private ReadySample Pieces(IReadOnlyList<VideoFrame> frames, ViewCount views, int draw)
    {
        float[][] pieces = [.. from clip in Enumerable.Range(0, views.Clips)
            from crop in Enumerable.Range(0, views.Crops)
            let chosen = ClipSampling.View(frames.Count, rate, clip, views.Clips, shape.TimeSteps).Select(place => frames[place])
            select Values([.. chosen],
                [new Resize(shape.Height), new PlacedCrop(shape.Height, views.Crops == 1 ? Middle : crop)], draw, null)];
        return new ReadySample([pieces.Length, .. shape.Axes], target =>
        {
            for (var piece = 0; piece < pieces.Length; piece++)
            {
                pieces[piece].CopyTo(target[(piece * pieces[piece].Length)..]);
            }
        });
    }

    private IEnumerable<ImageTransform> Transforms()
    {
        if (recipe?.FrameCrop is null)
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
        }

        if (learning && recipe?.RandAugment.Length > 0)
        {
            yield return RandAugment.Parse(recipe.RandAugment);
        }
    }

    /// <summary>[C, T, H, W], normalised; the square of a recipe's frames is drawn, or the middle where nothing draws.</summary>
    private float[] Values(IReadOnlyList<VideoFrame> frames, ImageTransform[] transforms, int draw, Random? random)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var clip = new ClipTransform(transforms) { Mean = 0, Deviation = 1 }.Apply([.. frames.Select(frame => frame.ToImage())], draw);
        if (recipe?.FrameCrop is { } crop)
        {
            clip = FrameSquares.Of(clip, crop, random);
        }

        clip = clip.transpose(0, 1);
        if (recipe?.Normalisation is { } scale)
        {
            clip = (clip - Channels(scale.Mean)) / Channels(scale.Deviation);
        }

        return clip.shape.SequenceEqual(shape.Axes)
            ? clip.Numbers<float>()
            : throw new ArgumentException(
                $"Clips come out as [{string.Join(", ", clip.shape)}]; expected {shape}: give the recipe crops of that size (AtSize).");

        static Tensor Channels(IReadOnlyList<float> values) => tensor(values.ToArray()).view(-1, 1, 1, 1);
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
