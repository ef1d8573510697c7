using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Images.Transforms;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Events;

public sealed class FrameAugmentationTests
{
    [Fact]
    public void Frames_move_as_said_and_zeros_come_in()
    {
        using var scope = NewDisposeScope();
        var frames = arange(1, 10, ScalarType.Float32).reshape(1, 1, 3, 3);

        Assert.Equal([3, 2, 1, 6, 5, 4, 9, 8, 7], Values(FrameAugmentation.Flip(frames)));
        Assert.Equal([9, 7, 8, 3, 1, 2, 6, 4, 5], Values(FrameAugmentation.Roll(frames, 1, 1)));
        Assert.Equal([0, 1, 2, 0, 4, 5, 0, 7, 8], Values(FrameAugmentation.Translate(frames, 1, 0)));
        Assert.Equal([4, 5, 6, 7, 8, 9, 0, 0, 0], Values(FrameAugmentation.Translate(frames, 0, -1)));
        Assert.Equal([7, 4, 1, 8, 5, 2, 9, 6, 3], Values(FrameAugmentation.Rotate(frames, 90)));
        Assert.Equal([2, 3, 0, 4, 5, 6, 0, 7, 8], Values(FrameAugmentation.ShearColumns(frames, Math.PI / 4)));
        Assert.Equal([1, 2, 3, 4, 0, 0, 7, 0, 0], Values(FrameAugmentation.Cutout(frames, 1, 1, 5)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], Values(frames));
    }

    [Fact]
    public void Deleting_frames_keeps_their_order()
    {
        using var scope = NewDisposeScope();
        var frames = arange(16, ScalarType.Float32).reshape(16, 1);
        var kept = Values(FrameAugmentation.DeleteFrames(frames, 12, new Random(1)));

        Assert.Equal(12, kept.Distinct().Count());
        Assert.Equal(kept.Order(), kept);
        Assert.NotEqual(kept, Values(FrameAugmentation.DeleteFrames(frames, 12, new Random(2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameAugmentation.DeleteFrames(frames, 17, new Random(1)));
    }

    [Fact]
    public void The_wide_augmentation_is_alike_for_all_frames_and_depends_on_the_draws_alone()
    {
        using var scope = NewDisposeScope();
        var one = rand([1, 2, 16, 16]);
        var frames = one.expand(4, 2, 16, 16);
        var seen = new HashSet<float>();
        for (var seed = 0; seed < 60; seed++)
        {
            var result = FrameAugmentation.SpikingWide(frames, new Random(seed));
            Assert.Equal([4, 2, 16, 16], result.shape);
            Assert.True(result.eq(result[0]).all().item<bool>());
            Assert.True(result.eq(FrameAugmentation.SpikingWide(frames, new Random(seed))).all().item<bool>());
            seen.Add(result.sum().item<float>());
        }

        Assert.True(seen.Count > 20);
    }

    [Fact]
    public void Batches_of_frames_are_mixed_with_their_labels()
    {
        using var scope = NewDisposeScope();
        var frames = stack([zeros(2, 2, 4, 4), ones(2, 2, 4, 4)], 1); // [T, B, 2, H, W]
        var mixing = new BatchMixing { MixupAlpha = 0.5, CutMixAlpha = 0, Smoothing = 0 };
        var (inputs, labels) = mixing.Apply(frames, tensor(new long[] { 0, 1 }), 2, new Random(5), batchAxis: 1);

        Assert.Equal(frames.shape, inputs.shape);
        Assert.Equal(1, labels[0].sum().item<float>(), 5);
        Assert.Equal(labels[0, 1].item<float>(), inputs[0, 0, 0, 0, 0].item<float>(), 5);
        Assert.Equal(labels[1, 1].item<float>(), inputs[1, 1, 1, 3, 3].item<float>(), 5);
        Assert.InRange(labels[0, 0].item<float>(), 0.001f, 0.999f);
    }

    private static float[] Values(Tensor frames) => frames.data<float>().ToArray();
}
