using System.Security.Cryptography;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Images;

public sealed class ImageTransformTests
{
    private static readonly byte[] Fill = [124, 116, 104];

    /// <summary>The first bytes of the SHA-256 of what Pillow 9.4.0 makes of the same image.</summary>
    [Theory]
    [InlineData("AutoContrast", "a6b80d85872dfb06")]
    [InlineData("Equalize", "0343db8b004c54c0")]
    [InlineData("Equalize64", "cd27778d79663f56")]
    [InlineData("Invert", "5bdd849bdde9a8c1")]
    [InlineData("Posterize3", "0178a380bebfe7df")]
    [InlineData("Color0.3", "db03e80344347343")]
    [InlineData("Color1.7", "3af798965384b1d4")]
    [InlineData("Contrast0.4", "901d9704a0a29edb")]
    [InlineData("Contrast1.6", "bc2e9e361f7caff1")]
    [InlineData("Brightness0.5", "8062de0af4a5b513")]
    [InlineData("Brightness1.9", "91949b3d1a92376d")]
    [InlineData("Sharpness0.2", "65f35b6450fb4fbc")]
    [InlineData("Sharpness1.8", "eb17d73d74bb1e89")]
    [InlineData("Solarize", "e7d9adf0d670d773")]
    [InlineData("RotateBilinear", "2a1515bac969f4d9")]
    [InlineData("RotateBicubic", "acaa5451bacd7ca2")]
    [InlineData("ShearXBilinear", "b3a1f2929cfc7399")]
    [InlineData("ShearYBicubic", "13e2fb75a168c256")]
    [InlineData("TranslateXBicubic", "d9bebc56a3a3cb35")]
    [InlineData("ResizeBilinearDown", "87b677cd83dbdc8e")]
    [InlineData("ResizeBicubicUp", "77b62c7eb3b3db5b")]
    [InlineData("LargeBilinear", "1853142287119b42")]
    [InlineData("LargeBicubic", "de54045ea5141ed0")]
    [InlineData("CropResizeBilinear", "2390653c929c0eb0")]
    [InlineData("CropResizeBicubic", "6561b58dc26f9456")]
    public void Operations_give_the_bytes_of_Pillow(string operation, string expected)
    {
        var image = Pattern(23, 17);
        var result = operation switch
        {
            "AutoContrast" => ImageOperation.AutoContrast(image),
            "Equalize" => ImageOperation.Equalize(image),
            "Equalize64" => ImageOperation.Equalize(Pattern(64, 48)),
            "Invert" => ImageOperation.Invert(image),
            "Posterize3" => ImageOperation.Posterize(image, 3),
            "Color0.3" => ImageOperation.Color(image, 0.3),
            "Color1.7" => ImageOperation.Color(image, 1.7),
            "Contrast0.4" => ImageOperation.Contrast(image, 0.4),
            "Contrast1.6" => ImageOperation.Contrast(image, 1.6),
            "Brightness0.5" => ImageOperation.Brightness(image, 0.5),
            "Brightness1.9" => ImageOperation.Brightness(image, 1.9),
            "Sharpness0.2" => ImageOperation.Sharpness(image, 0.2),
            "Sharpness1.8" => ImageOperation.Sharpness(image, 1.8),
            "Solarize" => ImageOperation.Solarize(image, 128),
            "RotateBilinear" => ImageOperation.Rotate(image, 17.5, Interpolation.Bilinear, Fill),
            "RotateBicubic" => ImageOperation.Rotate(image, -24, Interpolation.Bicubic, Fill),
            "ShearXBilinear" => ImageOperation.ShearX(image, 0.21, Interpolation.Bilinear, Fill),
            "ShearYBicubic" => ImageOperation.ShearY(image, -0.17, Interpolation.Bicubic, Fill),
            "TranslateXBicubic" => ImageOperation.Translate(image, 3.4, 0, Interpolation.Bicubic, Fill),
            "ResizeBilinearDown" => Resampling.Resize(image, 9, 7, Interpolation.Bilinear),
            "ResizeBicubicUp" => Resampling.Resize(image, 40, 31, Interpolation.Bicubic),
            "LargeBilinear" => Resampling.Resize(Pattern(251, 187), 97, 64, Interpolation.Bilinear),
            "LargeBicubic" => Resampling.Resize(Pattern(101, 87), 64, 150, Interpolation.Bicubic),
            "CropResizeBilinear" => Resampling.Resize(RandomCrop.Cut(image, 3, 2, 17, 13), 11, 11, Interpolation.Bilinear),
            _ => Resampling.Resize(RandomCrop.Cut(image, 1, 0, 21, 17), 8, 12, Interpolation.Bicubic),
        };

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(result.Pixels))[..16]);
    }

    /// <summary>As above, of all results one after the other: places on the border of two pixels are among so many.</summary>
    [Theory]
    [InlineData("Rotations", Interpolation.Nearest, "a70b9a23f88f3208")]
    [InlineData("Rotations", Interpolation.Bilinear, "3706931e65f230f2")]
    [InlineData("Rotations", Interpolation.Bicubic, "dc5b96ebf5cde106")]
    [InlineData("Shears", Interpolation.Nearest, "465b233ad7ad142f")]
    [InlineData("Shears", Interpolation.Bilinear, "fbe80394f28ddfc3")]
    [InlineData("Shears", Interpolation.Bicubic, "8a7b9f0d9647ba61")]
    [InlineData("Sizes", Interpolation.Nearest, "63a9ec2ba4054c21")]
    [InlineData("Sizes", Interpolation.Bilinear, "6ec29a084d49b920")]
    [InlineData("Sizes", Interpolation.Bicubic, "c7df01219576a552")]
    public void Maps_of_many_strengths_give_the_bytes_of_Pillow(string maps, Interpolation interpolation, string expected)
    {
        var image = Pattern(23, 17);
        var strengths = Enumerable.Range(-300, 601);
        var results = maps switch
        {
            "Rotations" => strengths.Select(strength => ImageOperation.Rotate(image, strength / 10.0, interpolation, Fill)),
            "Shears" => strengths.SelectMany(strength => new[]
            {
                ImageOperation.ShearX(image, strength / 1000.0, interpolation, Fill),
                ImageOperation.ShearY(image, strength / 1000.0, interpolation, Fill),
            }),
            _ => Enumerable.Range(1, 70).Select(width => Resampling.Resize(image, width, 71 - width, interpolation)),
        };

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData([.. results.SelectMany(result => result.Pixels)]))[..16]);
    }

    [Fact]
    public void Crops_and_flips_take_the_pixels_they_say()
    {
        var image = Pattern(6, 5);
        var middle = new CenterCrop(3).Apply(image, new Random(0));
        var flipped = new RandomFlip(1).Apply(image, new Random(0));
        var padded = new RandomCrop(9, Padding: 2).Apply(Pattern(5, 5), new Random(0));

        Assert.Equal(Pixel(image, 2, 1), Pixel(middle, 0, 0));
        Assert.Equal(Pixel(image, 4, 3), Pixel(middle, 2, 2));
        Assert.Equal(Pixel(image, 0, 4), Pixel(flipped, 5, 4));
        Assert.Equal([0, 0, 0], Pixel(padded, 1, 1));
        Assert.Equal(Pixel(Pattern(5, 5), 0, 0), Pixel(padded, 2, 2));
        Assert.Equal((12, 10), Size(new Resize(10).Apply(image, new Random(0))));
        Assert.Same(image, new RandomFlip(0).Apply(image, new Random(0)));
        Assert.Throws<ArgumentException>(() => new RandomCrop(9).Apply(image, new Random(0)));
    }

    [Fact]
    public void Random_resized_crops_cover_the_range_of_areas()
    {
        var image = new RgbImage(
            100, 80, [.. Enumerable.Range(0, 8000).SelectMany(at => new[] { (byte)(at % 100), (byte)(at / 100), (byte)0 })]);
        var crop = new RandomResizedCrop(20);
        var areas = Enumerable.Range(0, 300).Select(seed =>
        {
            var result = crop.Apply(image, new Random(seed));
            var (first, last) = (Pixel(result, 0, 0), Pixel(result, 19, 19));
            return (last[0] - first[0] + 1) * (last[1] - first[1] + 1) / 8000.0;
        }).ToArray();

        Assert.InRange(areas.Min(), 0.05, 0.2);
        Assert.InRange(areas.Max(), 0.8, 1.0);
        Assert.InRange(areas.Average(), 0.4, 0.6);
        Assert.Equal(
            (20, 20), Size(new RandomResizedCrop(20) { LeastArea = 1, LeastAspect = 1, MostAspect = 1 }.Apply(
                image, new Random(0)))); // no square of the whole area: the middle
    }

    [Fact]
    public void RandAugment_reads_what_timm_writes()
    {
        var cifar = RandAugment.Parse("rand-m9-n1-mstd0.4-inc1");
        Assert.Equal((9, 1, 0.4, true), (cifar.Magnitude, cifar.Count, cifar.Deviation, cifar.Increasing));
        var video = RandAugment.Parse("rand-m5-n2-mstd0.25");
        Assert.Equal((5, 2, 0.25, false), (video.Magnitude, video.Count, video.Deviation, video.Increasing));
        foreach (var wrong in new[] { "augmix-m3", "rand-q3", "rand-m9-n2000000000", "rand-mstd1e400", "rand-m", "rand-" })
        {
            Assert.Contains($"'{wrong}'", Assert.Throws<ArgumentException>(() => RandAugment.Parse(wrong)).Message,
                StringComparison.Ordinal);
        }

    }

    [Fact]
    public void Policies_change_images_and_depend_on_the_draws_alone()
    {
        var image = Pattern(32, 32);
        foreach (ImageTransform transform in new ImageTransform[] { new AutoAugment(AutoAugmentPolicy.ImageNet),
            new AutoAugment(AutoAugmentPolicy.Cifar10), new RandAugment(), RandAugment.Parse("rand-m5-n2-mstd0.25") })
        {
            var results = Enumerable.Range(0, 100)
                .Select(seed => Convert.ToHexString(SHA256.HashData(transform.Apply(image, new Random(seed)).Pixels))).ToArray();
            Assert.True(results.Distinct().Count() > 20, transform.ToString());
            Assert.Equal(results[7], Convert.ToHexString(SHA256.HashData(transform.Apply(image, new Random(7)).Pixels)));
        }

        Assert.Equal(25, AutoAugment.Count);
    }

    [Fact]
    public void Labels_are_smoothed_and_CutMix_weighs_them_by_area()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 2, 0 });
        var smooth = BatchMixing.Smooth(labels, 4, 0.1);
        Assert.Equal([0.025f, 0.025f, 0.925f, 0.025f], smooth[0].data<float>().ToArray().Select(value => MathF.Round(value, 5)));

        var images = stack([zeros(3, 8, 8), ones(3, 8, 8)]);
        for (var seed = 0; seed < 20; seed++)
        {
            var (mixed, soft) = new BatchMixing { MixupAlpha = 0, Smoothing = 0 }.Apply(images, labels, 4, new Random(seed));
            Assert.Equal(soft[0, 0].item<float>(), mixed[0].mean().item<float>(), 5);
            Assert.Equal(1, soft.sum(1).min().item<float>(), 5);
            Assert.Equal(0, mixed.mul(1 - mixed).abs().max().item<float>());
        }

        var (same, plain) = new BatchMixing { Probability = 0 }.Apply(images, labels, 4, new Random(0));
        Assert.True(same.eq(images).all().item<bool>());
        Assert.True(plain.eq(smooth).all().item<bool>());
    }

    [Fact]
    public void Erasing_takes_one_box_within_the_range_of_areas()
    {
        var erased = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var values = Enumerable.Repeat(1f, 2 * 20 * 30).ToArray();
            new RandomErasing(0.5, Erasure.Constant).Apply(values, 2, 20, 30, new Random(seed));
            var gone = values.Count(value => value == 0);
            erased += gone > 0 ? 1 : 0;
            Assert.InRange(gone, 0, 2 * 20 * 30 * 0.4);
            Assert.Equal(values[..600], values[600..]);
        }

        Assert.InRange(erased, 70, 130);
    }

    [Fact]
    public void A_loader_gives_the_same_batches_for_any_number_of_threads()
    {
        List<(float Sum, long[] Labels, long[] Shape)> Run(int threads, int epoch)
        {
            var loader = new ImageLoader(place => Pattern(24 + (place % 3), 26), [.. Enumerable.Range(0, 23).Select(place => place % 5)])
            {
                BatchSize = 10,
                Threads = threads,
                Shuffle = true,
                Seed = 9,
                Transforms = [new RandomResizedCrop(16), new RandomFlip(), new RandAugment()],
                Mean = [0.5f, 0.4f, 0.3f],
                Deviation = [0.2f, 0.3f, 0.4f],
                Erasing = new RandomErasing(),
            };
            var batches = new List<(float, long[], long[])>();
            foreach (var (images, labels) in loader.Epoch(epoch))
            {
                using (images)
                using (labels)
                {
                    batches.Add((images.sum().item<float>(), labels.data<long>().ToArray(), images.shape));
                }
            }

            return batches;
        }

        var one = Run(1, 0);
        var four = Run(4, 0);
        Assert.Equal([10, 3, 16, 16], one[0].Shape);
        Assert.Equal([10, 10, 3], one.Select(batch => (int)batch.Shape[0]));
        Assert.Equal(one.Select(batch => batch.Sum), four.Select(batch => batch.Sum));
        Assert.Equal(one.SelectMany(batch => batch.Labels), four.SelectMany(batch => batch.Labels));
        Assert.NotEqual(one.Select(batch => batch.Sum), Run(2, 1).Select(batch => batch.Sum));
    }

    [Fact]
    public void A_loader_reports_damage_stops_when_left_and_leaks_no_tensor()
    {
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var reads = 0;
        var loader = new ImageLoader(place => place == 15
            ? throw new DatasetException("place 15 is damaged")
            : Pattern(8, 8 + (Interlocked.Increment(ref reads) & 0)), new int[200]) { BatchSize = 10 };
        var seen = 0;
        var failure = Assert.Throws<DatasetException>(() =>
        {
            foreach (var (images, labels) in loader.Epoch(0))
            {
                images.Dispose();
                labels.Dispose();
                seen++;
            }
        });

        Assert.Equal(("place 15 is damaged", 1), (failure.Message, seen));
        foreach (var (images, labels) in new ImageLoader(_ => Pattern(8, 8), new int[1000]) { BatchSize = 10 }.Epoch(0))
        {
            images.Dispose();
            labels.Dispose();
            break;
        }

        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Throws<ArgumentException>(() => new ImageLoader(place => Pattern(8 + place, 8), new int[4]).Epoch(0).ToList());
        Assert.Throws<ArgumentException>(() => new ImageLoader(_ => Pattern(8, 8), new int[4]) { BatchSize = 0 }.Epoch(0));
    }

    private static RgbImage Pattern(int width, int height)
    {
        var pixels = new byte[width * height * RgbImage.Channels];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (x, y, channel) = (at / RgbImage.Channels % width, at / RgbImage.Channels / width, at % RgbImage.Channels);
            pixels[at] = (byte)((((x * 9) + (y * 13) + (channel * 53) + (x * y * 7 / 5)) % 200) + 20);
        }

        return new RgbImage(width, height, pixels);
    }

    private static byte[] Pixel(RgbImage image, int x, int y) =>
        image.Pixels[(((y * image.Width) + x) * 3)..((((y * image.Width) + x) * 3) + 3)];

    private static (int Width, int Height) Size(RgbImage image) => (image.Width, image.Height);
}
