using BenchmarkDotNet.Attributes;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// Forward and backward of other point neurons, T = 8, T*N = 2^20, one thread: the reference backend (the baseline) and the fused one.
/// </summary>
public class EquationBenchmark : IDisposable
{
    private readonly Tensor input = rand(8, 1 << 17).mul_(2).requires_grad_();
    private readonly Tensor gradient = randn(8, 1 << 17);
    private SpikingNeuron neuron = new IFNode();

    [Params("IF", "PLIF", "QIF", "EIF", "KLIF", "Izhikevich", "CUBALIF", "ALIF", "CLIF")]
    public string Neuron { get; set; } = "IF";

    [GlobalSetup]
    public void Create()
    {
        set_num_threads(1);
        neuron = Neuron switch
        {
            "PLIF" => new ParametricLIFNode(surrogate: new ATan()),
            "QIF" => new QIFNode(surrogate: new ATan()),
            "EIF" => new EIFNode(surrogate: new ATan()),
            "KLIF" => new KLIFNode(surrogate: new ATan()),
            "Izhikevich" => new IzhikevichNode(coupling: 0.3, jump: 0.2, surrogate: new ATan()),
            "CUBALIF" => new CUBALIFNode(surrogate: new ATan()),
            "ALIF" => new ALIFNode(surrogate: new ATan()),
            "CLIF" => new CLIFNode(surrogate: new ATan()),
            _ => new IFNode(surrogate: new ATan()),
        };
    }

    [Benchmark(Baseline = true)]
    public void Reference() => ForwardBackward(NeuronBackend.Reference);

    [Benchmark]
    public void Fused() => ForwardBackward(NeuronBackend.Fused);

    [GlobalCleanup]
    public void Dispose()
    {
        neuron.Dispose();
        gradient.Dispose();
        input.Dispose();
        GC.SuppressFinalize(this);
    }

    private void ForwardBackward(NeuronBackend backend)
    {
        using var scope = NewDisposeScope();
        neuron.Backend = backend;
        neuron.Reset();
        var spikes = neuron.call(input);
        autograd.grad([spikes], [input], [gradient]);
    }
}
