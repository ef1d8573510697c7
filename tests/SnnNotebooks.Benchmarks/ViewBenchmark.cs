using BenchmarkDotNet.Attributes;
using SnnNotebooks.Interactive.Views;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// Views of much data, from the tensor to the HTML: a raster of a million spikes (2,000 steps, 5,000 neurons; to stay below 300 ms and 2
/// MB), and tensors of 2^24 elements, whose statistics are of all, and of 2^26, whose statistics are of a sample. The sizes of the HTML are
/// printed at the end of each.
/// </summary>
public class ViewBenchmark : IDisposable
{
    private readonly Tensor spikes;
    private readonly Tensor whole = rand(16, 1024, 1024);
    private readonly Tensor sampled = rand(64, 1024, 1024);
    private string html = string.Empty;

    public ViewBenchmark()
    {
        manual_seed(1);
        using var places = randperm(10_000_000).narrow(0, 0, 1_000_000);
        spikes = zeros(10_000_000);
        spikes.index_fill_(0, places, 1);
        spikes = spikes.reshape(2000, 5000);
    }

    [Benchmark]
    public string RasterOfAMillionSpikes() => html = new RasterView(spikes, "A million spikes").ToHtml();

    [Benchmark]
    public string TensorOf16MillionElements() => html = new TensorView(whole, "T", "H", "W").ToHtml();

    [Benchmark]
    public string TensorOf67MillionElements() => html = new TensorView(sampled, "T", "H", "W").ToHtml();

    [GlobalCleanup]
    public void Dispose()
    {
        Console.WriteLine($"// the view takes {System.Text.Encoding.UTF8.GetByteCount(html):N0} bytes");
        spikes.Dispose();
        whole.Dispose();
        sampled.Dispose();
        GC.SuppressFinalize(this);
    }
}
