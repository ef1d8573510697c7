using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// LIF (tau 2, hard reset, ATan) over T = 8 steps, T*N = 2^20 elements, on one thread: the yardstick of design.md section 5.
/// The reference backend is the baseline; its time loop uses unbind.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class LIFBenchmark : IDisposable
{
    private const long Steps = 8;
    private const long Neurons = (1 << 20) / Steps;

    private readonly LIFNode reference = new(surrogate: new ATan()) { Backend = NeuronBackend.Reference };
    private readonly LIFNode fused = new(surrogate: new ATan()) { Backend = NeuronBackend.Fused };
    private readonly Tensor gradient;
    private readonly Tensor input;

    public LIFBenchmark()
    {
        set_num_threads(1);
        manual_seed(1);
        gradient = randn(Steps, Neurons);
        input = rand(Steps, Neurons).mul_(2).requires_grad_();
    }

    [Benchmark(Baseline = true), BenchmarkCategory("forward")]
    public void ForwardReference() => Forward(reference);

    [Benchmark, BenchmarkCategory("forward")]
    public void ForwardFused() => Forward(fused);

    [Benchmark(Baseline = true), BenchmarkCategory("forward+backward")]
    public void BothReference() => ForwardBackward(reference);

    [Benchmark, BenchmarkCategory("forward+backward")]
    public void BothFused() => ForwardBackward(fused);

    [GlobalCleanup]
    public void Dispose()
    {
        reference.Dispose();
        fused.Dispose();
        gradient.Dispose();
        input.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Forward(LIFNode neuron)
    {
        using var scope = NewDisposeScope();
        neuron.Reset();
        neuron.call(input);
    }

    private void ForwardBackward(LIFNode neuron)
    {
        using var scope = NewDisposeScope();
        neuron.Reset();
        var spikes = neuron.call(input);
        autograd.grad([spikes], [input], [gradient]);
    }
}
