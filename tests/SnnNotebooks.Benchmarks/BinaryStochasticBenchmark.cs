using BenchmarkDotNet.Attributes;
using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Packed;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// One batch of 64 through 784-256-10, forward, backward and update, fully binary-stochastic, on one thread, under the same random
/// streams and with the same weights bit for bit. The baseline is the float reference (dense float32 tensors, libtorch). Images are
/// handwriting-like: about one pixel in five is not black, and of those the mean is one half.
/// </summary>
public class BinaryStochasticBenchmark : IDisposable
{
    private const int Batch = 64;
    private readonly VectorDataset data;
    private readonly Tensor images;
    private readonly Tensor labels;
    private readonly PackedNetwork packed;
    private readonly FloatReference reference;
    private readonly int[] samples = [.. Enumerable.Range(0, Batch)];
    private readonly TrainingSession sparse;
    private ulong presentation;

    public BinaryStochasticBenchmark()
    {
        set_num_threads(1);
        var chance = new Random(1);
        var values = Enumerable.Range(0, Batch * 784).Select(_ => chance.Next(5) == 0 ? chance.NextSingle() : 0).ToArray();
        data = new VectorDataset(values, [.. samples.Select(_ => chance.Next(10))], 28, 28, 1, 10);
        images = tensor(values, [Batch, 784]);
        labels = tensor(samples.Select(sample => (long)data.Label(sample)).ToArray());
        var options = NetworkOptions.Dense(256, 10) with { WeightGrid = 1f / 32, WeightBound = 1 };
        var rule = LearningRule.BinaryStochastic with { Update = new StepUpdate(Batch) };
        reference = new FloatReference(new StochasticNetwork(options, 28, 28), rule);
        packed = PackedNetwork.From(new StochasticNetwork(options, 28, 28), rule);
        sparse = new TrainingSession(new StochasticNetwork(options, 28, 28), rule);
    }

    [Benchmark(Baseline = true)]
    public void FloatReference() => reference.Learn(images, labels, presentation += Batch);

    [Benchmark]
    public int Packed() => packed.Learn(data, samples, presentation += Batch);

    [Benchmark]
    public void SparseFloat()
    {
        for (var i = 0; i < Batch; i++)
        {
            sparse.Present(data.Row(i), data.Label(i), presentation++, 1f / 32, 1, false);
        }
    }

    public void Dispose()
    {
        reference.Dispose();
        images.Dispose();
        labels.Dispose();
        GC.SuppressFinalize(this);
    }
}
