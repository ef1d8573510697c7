using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// A training step and inference of the Fashion-MNIST network, T = 4, batch 64, one thread: neurons of the reference backend (the baseline)
/// and fused.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class CsnnBenchmark : IDisposable
{
    private Csnn? reference;
    private Csnn? fused;

    [Params(32, 128)]
    public int Channels { get; set; }

    [GlobalSetup]
    public void Create()
    {
        set_num_threads(1);
        reference = new Csnn(Channels, 64, NeuronBackend.Reference);
        fused = new Csnn(Channels, 64, NeuronBackend.Fused);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("training step")]
    public void TrainReference() => reference!.Train();

    [Benchmark, BenchmarkCategory("training step")]
    public void TrainFused() => fused!.Train();

    [Benchmark(Baseline = true), BenchmarkCategory("inference")]
    public void InferReference() => reference!.Infer();

    [Benchmark, BenchmarkCategory("inference")]
    public void InferFused() => fused!.Infer();

    [GlobalCleanup]
    public void Dispose()
    {
        reference?.Dispose();
        fused?.Dispose();
        GC.SuppressFinalize(this);
    }
}
