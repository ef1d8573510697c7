using BenchmarkDotNet.Attributes;
using SnnNotebooks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// Forward and backward of the first layer (convolution to 32 maps, batch normalisation) on 16 grey images of 28 x 28 shown for T = 8
/// steps, on one thread: from a copy of the image for every step (the baseline), and computed once.
/// </summary>
public class TimeBroadcastBenchmark : IDisposable
{
    private readonly OverTime layer = new(nn.Conv2d(1, 32, 3, padding: 1, bias: false), nn.BatchNorm2d(32));
    private readonly Tensor images;
    private readonly Tensor copies;

    public TimeBroadcastBenchmark()
    {
        set_num_threads(1);
        images = rand(16, 1, 28, 28);
        using var repeated = TimeRepeat.Repeat(images, 8);
        copies = repeated.clone();
    }

    [Benchmark(Baseline = true)]
    public void Copies() => Step(copies);

    [Benchmark]
    public void Once()
    {
        using var repeated = TimeRepeat.Repeat(images, 8);
        Step(repeated);
    }

    public void Dispose()
    {
        layer.Dispose();
        images.Dispose();
        copies.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Step(Tensor input)
    {
        using var scope = NewDisposeScope();
        layer.call(input).sum().backward();
    }
}
