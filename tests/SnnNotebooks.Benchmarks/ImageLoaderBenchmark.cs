using BenchmarkDotNet.Attributes;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// An epoch of 512 images of 64 x 64 with the transforms of the papers' training on CIFAR (a crop of 32, a flip, RandAugment, random
/// erasing), in batches of 64:
/// images per second = 512 / mean. Then the same epoch while each batch is trained on, training being a matrix product of about as long:
/// where batches are prepared ahead and a second core is free, the epoch takes as long as the slower of the two; prepared in turn, it takes
/// their sum.
/// </summary>
public class ImageLoaderBenchmark : IDisposable
{
    private const int Images = 512;

    private readonly RgbImage[] images;
    private readonly int[] labels = new int[Images];
    private readonly Tensor weight = rand(640, 640);

    public ImageLoaderBenchmark()
    {
        set_num_threads(1);
        var random = new Random(1);
        images = [.. Enumerable.Range(0, Images).Select(_ =>
        {
            var pixels = new byte[64 * 64 * RgbImage.Channels];
            random.NextBytes(pixels);
            return new RgbImage(64, 64, pixels);
        })];
    }

    [Benchmark(Baseline = true)]
    public int LoadOneThread() => Epoch(threads: 1);

    [Benchmark]
    public int LoadTwoThreads() => Epoch(threads: 2);

    [Benchmark]
    public void TrainAlone()
    {
        for (var batch = 0; batch < Images / 64; batch++)
        {
            Train();
        }
    }

    [Benchmark]
    public int LoadInTurnAndTrain()
    {
        var batches = Loader(1).Epoch(0).ToList();
        foreach (var (images, labels) in batches)
        {
            Train();
            images.Dispose();
            labels.Dispose();
        }

        return batches.Count;
    }

    [Benchmark]
    public int LoadAheadAndTrain() => Epoch(threads: 1, Train);

    [GlobalCleanup]
    public void Dispose()
    {
        weight.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Epoch(int threads, Action? train = null)
    {
        var batches = 0;
        foreach (var (images, labels) in Loader(threads).Epoch(0))
        {
            train?.Invoke();
            images.Dispose();
            labels.Dispose();
            batches++;
        }

        return batches;
    }

    private ImageLoader Loader(int threads) => new(place => images[place], labels)
    {
        Threads = threads,
        Shuffle = true,
        Transforms = [new RandomResizedCrop(32), new RandomFlip(), new RandAugment()],
        Erasing = new RandomErasing(),
    };

    private void Train()
    {
        using var result = weight.mm(weight);
    }
}
