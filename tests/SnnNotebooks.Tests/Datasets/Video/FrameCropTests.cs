using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Video;

/// <summary>Squares of frames against torchvision, on two frames of 14 x 11 pixels made by a formula.</summary>
public sealed class FrameCropTests
{
    private static readonly FrameCrop Crop = new(16, 21, 16, 5);

    /// <summary>
    /// Channel 1 of what torchvision 0.14.1 (PyTorch 1.13) makes of the frames as a tensor: ConvertImageDtype, Resize((16, 21)),
    /// CenterCrop(16), Resize(5), Normalize(.5, .5), as the movie paper's train_video.py has them.
    /// </summary>
    private static readonly float[] OfTorchvision =
    [
        -0.2228431f, -0.0570506f, 0.1074939f, 0.2726177f, 0.4226009f, 0.0471165f, 0.2628121f, 0.4468628f, 0.2157412f, -0.4095058f,
        0.3194363f, 0.3491973f, -0.4256639f, -0.4460539f, -0.1776224f, 0.5147953f, -0.6456715f, -0.3433496f, -0.0232903f, 0.2972019f,
        -0.5452697f, -0.3384374f, 0.0321406f, 0.4020637f, -0.2689003f, 0.0202942f, 0.1860867f, 0.3506311f, 0.483157f, -0.211141f,
        0.2902538f, 0.4860965f, -0.3169445f, -0.6085232f, -0.4117115f, 0.549093f, -0.3888748f, -0.4705167f, -0.2029166f, 0.0655148f,
        -0.4646165f, -0.4179754f, -0.1002123f, 0.219847f, 0.3396037f, -0.4656126f, -0.0953002f, 0.275278f, 0.4135833f, -0.5175927f,
    ];

    [Fact]
    public void The_middle_is_torchvisions_of_a_tensor_without_antialiasing()
    {
        using var scope = NewDisposeScope();

        var square = (FrameSquares.Of(Frames(), Crop, null) - 0.5f) / 0.5f;

        Assert.Equal([2, 3, 5, 5], square.shape);
        Assert.All(OfTorchvision.Zip(square.select(1, 1).Numbers<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void A_square_is_drawn_anywhere_and_once_for_all_frames()
    {
        using var scope = NewDisposeScope();
        var still = Frames().narrow(0, 0, 1).repeat(3, 1, 1, 1);
        var crop = new FrameCrop(11, 14, 9, 9); // nothing is resized: a square is a part of the frame
        var places = new HashSet<(int, int)>();

        for (var seed = 0; seed < 200; seed++)
        {
            var square = FrameSquares.Of(still, crop, new Random(seed));
            Assert.True(square.eq(square[0]).all().item<bool>());
            places.Add(Enumerable.Range(0, 3).SelectMany(top => Enumerable.Range(0, 6).Select(left => (top, left)))
                .Single(place => still.narrow(2, place.top, 9).narrow(3, place.left, 9).equal(square).all().item<bool>()));
        }

        Assert.Equal(18, places.Count);
    }

    /// <summary>Float32 [2, 3, 11, 14] in [0, 1].</summary>
    private static Tensor Frames()
    {
        var bytes = new byte[2 * 3 * 11 * 14];
        for (var at = 0; at < bytes.Length; at++)
        {
            var (frame, channel, y, x) = (at / 462, at / 154 % 3, at / 14 % 11, at % 14);
            bytes[at] = (byte)((((x * 9) + (y * 13) + (channel * 53) + (x * y * 7 / 5) + (frame * 31)) % 200) + 20);
        }

        return tensor(bytes, [2, 3, 11, 14]).to(ScalarType.Float32) / 255f;
    }
}
