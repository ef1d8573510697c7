using BenchmarkDotNet.Attributes;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// LIF (tau 2, hard reset, ATan), forward and backward, T*N = 2^20 elements: the reference backend (the baseline), the fused one, and
/// copying the input to the output and the one gradient to the other, which is what has to be written at the least.
/// </summary>
public class NeuronBenchmark : IDisposable
{
    private readonly LIFNode reference = new(surrogate: new ATan()) { Backend = NeuronBackend.Reference };
    private readonly LIFNode fused = new(surrogate: new ATan()) { Backend = NeuronBackend.Fused };
    private Tensor input = empty(0);
    private Tensor gradient = empty(0);

    [Params(4, 8, 16, 32, 64)]
    public int Steps { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Create()
    {
        set_num_threads(Threads);
        manual_seed(1);
        gradient = randn(Steps, (1 << 20) / Steps);
        input = rand(Steps, (1 << 20) / Steps).mul_(2).requires_grad_();
    }

    [Benchmark(Baseline = true)]
    public void Reference() => ForwardBackward(reference);

    [Benchmark]
    public void Fused() => ForwardBackward(fused);

    [Benchmark]
    public void Copy()
    {
        using var scope = NewDisposeScope();
        input.detach().clone();
        gradient.clone();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        reference.Dispose();
        fused.Dispose();
        gradient.Dispose();
        input.Dispose();
        GC.SuppressFinalize(this);
    }

    private void ForwardBackward(LIFNode neuron)
    {
        using var scope = NewDisposeScope();
        neuron.Reset();
        var spikes = neuron.call(input);
        autograd.grad([spikes], [input], [gradient]);
    }
}
