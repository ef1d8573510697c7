using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class StimulusImagesTests
{
    private static readonly byte[] RedPixelBmp =
    [
        (byte)'B', (byte)'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0,
        0, 4, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0,
    ];

    [Fact]
    public void Pictures_of_a_folder_come_in_the_order_of_their_numbers()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "scene10.bmp", "scene2.bmp", "scene1.BMP", "notes.txt" })
        {
            File.WriteAllBytes(Path.Combine(folder.Path, name), RedPixelBmp);
        }

        using var images = StimulusImages.Read(folder.Path, 4);
        Assert.Equal(["scene1.BMP", "scene2.bmp", "scene10.bmp"], StimulusImages.Files(folder.Path).Select(Path.GetFileName));
        Assert.Equal([3, 3, 4, 4], images.shape);
        Assert.Equal([1, 0, 0], images.mean([0, 2, 3]).data<float>().ToArray());
    }

    [Fact]
    public void The_middle_of_the_resized_picture_is_kept()
    {
        var pixels = new byte[8 * 2 * 3];
        Array.Fill(pixels, (byte)255, 3 * 3, 2 * 3); // columns 3 and 4 of the upper row
        Array.Fill(pixels, (byte)255, (8 + 3) * 3, 2 * 3);
        using var images = StimulusImages.Of([new RgbImage(8, 2, pixels)], 2);
        Assert.Equal(1, images.min().item<float>());
    }

    [Fact]
    public void Colours_are_normalised_and_grey_pictures_get_three()
    {
        using var scope = NewDisposeScope();
        var grey = full([2, 1, 3, 3], 0.5f);
        var imageNet = StimulusImages.ForImageNet(grey);
        Assert.Equal([2, 3, 3, 3], imageNet.shape);
        Assert.Equal((0.5f - 0.406f) / 0.225f, imageNet[1, 2, 0, 0].item<float>(), 5);
        Assert.Equal(0, StimulusImages.ForUcf101(grey).abs().max().item<float>());
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no pictures", Assert.Throws<DatasetException>(() => StimulusImages.Read(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => StimulusImages.Read(Path.Combine(folder.Path, "absent")));
        File.WriteAllBytes(Path.Combine(folder.Path, "a.png"), [1, 2, 3]);
        Assert.Throws<DatasetException>(() => StimulusImages.Read(folder.Path));
        Assert.Throws<ArgumentException>(() => StimulusImages.Of([]));
        using var wrong = zeros(2, 4, 3, 3);
        Assert.Throws<ArgumentException>(() => StimulusImages.ForImageNet(wrong));
    }
}
