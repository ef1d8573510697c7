using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The convolutional network of SpikingJelly's Fashion-MNIST example (T = 4): twice convolution, batch normalisation, IF, pooling, then
/// two dense layers with IF; the firing rate is trained to the label by mean squared error, SGD 0.1 with momentum 0.9. The reference
/// backend has libtorch's pooling, the fused one the kit's.
/// </summary>
internal sealed class Csnn : IDisposable
{
    private const int Steps = 4;

    private readonly nn.Module<Tensor, Tensor> network;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor images;
    private readonly Tensor labels;

    public Csnn(int channels, int batch, NeuronBackend backend)
    {
        manual_seed(0);
        network = nn.Sequential(
            new OverTime(nn.Conv2d(1, channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels)),
            Neuron(),
            new OverTime(Pool(), nn.Conv2d(channels, channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels)),
            Neuron(),
            new OverTime(Pool(), nn.Flatten(), nn.Linear(channels * 7 * 7, channels * 4 * 4, hasBias: false)),
            Neuron(),
            new OverTime(nn.Linear(channels * 4 * 4, 10, hasBias: false)),
            Neuron());
        optimizer = optim.SGD(network.parameters(), 0.1, momentum: 0.9);
        images = rand(batch, 1, 28, 28);
        labels = nn.functional.one_hot(randint(10, [batch], dtype: ScalarType.Int64), 10).to(ScalarType.Float32);

        // the reference is plain TorchSharp throughout
        nn.Module<Tensor, Tensor> Pool() => backend == NeuronBackend.Fused ? new MaxPool2x2() : nn.MaxPool2d(2);
        IFNode Neuron() => new(surrogate: new ATan()) { Backend = backend };
    }

    /// <summary>One training step.</summary>
    public void Train()
    {
        using var scope = NewDisposeScope();
        network.train();
        optimizer.zero_grad();
        nn.functional.mse_loss(Rates(), labels).backward();
        optimizer.step();
        Functional.Reset(network);
    }

    /// <summary>The rates of one batch, without gradients.</summary>
    public void Infer()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        network.eval();
        Rates();
        Functional.Reset(network);
    }

    public void Dispose()
    {
        network.Dispose();
        optimizer.Dispose();
        images.Dispose();
        labels.Dispose();
    }

    private Tensor Rates() => network.call(TimeRepeat.Repeat(images, Steps)).mean([0]);
}
