using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Models;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Bench;

/// <summary>The kit's side of each kind of case; what is made lives as long as the dispose scope.</summary>
internal static class KitWork
{
    /// <summary>One run of a case, made ready.</summary>
    /// <exception cref="NotSupportedException">There is no such kind.</exception>
    public static Action Of(BenchCase each, Device device) => each.Kind switch
    {
        "copy" => Copy(each, device),
        "lif" => Neuron(each, device, new LIFNode(surrogate: new ATan())),
        "own" => Neuron(each, device, new Own(2, 0.7)),
        "csnn" => Step(each, Csnn((int)each.Size).to(device), [each.Batch, 1, 28, 28], device),
        "linear-lif" => LinearLif(each, device),
        "memory" => Step(
            each, Csnn((int)each.Size, each.Pass == "fused" ? NeuronBackend.Auto : NeuronBackend.Reference).to(device),
            [each.Batch, 1, 28, 28], device),
        "sew-resnet18" => Picture(each, device, new SewResNet(
            SewResNetOptions.ForDepth(18) with { TimeSteps = each.Steps, Classes = 10 })),
        "spikformer-ti" => Picture(each, device, new Spikformer(
            new SpikformerOptions(SpikformerVariant.ImageNet, 256, 8, 4, 10, each.Steps))),
        "qkformer" => Picture(each, device, new QKFormer(new QKFormerOptions(QKFormerVariant.ImageNet, 384, 6, 10, 10, each.Steps))),
        _ => throw new NotSupportedException($"the kit has no case of the kind {each.Kind}"),
    };

    private static Action Copy(BenchCase each, Device device)
    {
        var (from, to) = (rand(each.Size, device: device), empty(each.Size, device: device));
        return () => to.copy_(from);
    }

    private static Action Neuron(BenchCase each, Device device, SpikingNeuron neuron)
    {
        var type = each.Type switch
        {
            "float16" => ScalarType.Float16, "bfloat16" => ScalarType.BFloat16, _ => ScalarType.Float32,
        };
        long[] shape = [each.Steps, each.Size / each.Steps];
        var (x, g) = (rand(shape, device: device).mul(2).to(type).requires_grad_(), randn(shape, device: device).to(type));
        return () =>
        {
            neuron.Reset();
            using var off = each.Pass == "forward" ? no_grad() : null;
            var spikes = neuron.call(x);
            if (off is null)
            {
                BackwardPass.Run(spikes, start => autograd.grad([start], [x], [g], allow_unused: true));
            }
        };
    }

    private static Action LinearLif(BenchCase each, Device device)
    {
        var network = nn.Sequential(new OverTime(nn.Linear(each.Size, each.Size)), new LIFNode(surrogate: new ATan())).to(device);
        long[] shape = [each.Steps, each.Batch, each.Size];
        var (x, g) = (rand(shape, device: device), randn(shape, device: device));
        return () =>
        {
            Functional.Reset(network);
            BackwardPass.Run(network.call(x), start => start.backward([g])); // gradients of weights add up, on both sides
        };
    }

    private static Action Picture(BenchCase each, Device device, nn.Module<Tensor, Tensor> network) =>
        Step(each, new Still(network).to(device), [each.Batch, 3, each.Size, each.Size], device);

    /// <summary>A step of training by SGD, or an inference, on images; half precision where the case says so.</summary>
    private static Action Step(BenchCase each, nn.Module<Tensor, Tensor> network, long[] shape, Device device)
    {
        var images = rand(shape, device: device);
        var labels = nn.functional.one_hot(randint(10, [shape[0]], dtype: ScalarType.Int64, device: device), 10).to(ScalarType.Float32);
        var optimizer = optim.SGD(network.parameters(), 0.1, momentum: 0.9);
        var trains = each.Pass != "infer";
        network.train(trains);
        return () =>
        {
            Functional.Reset(network);
            if (!trains)
            {
                using var off = no_grad();
                Rates();
                return;
            }

            optimizer.zero_grad();
            Functional.Backward(network, nn.functional.mse_loss(Rates(), labels));
            optimizer.step();
        };

        Tensor Rates()
        {
            using var half = each.Type == "bfloat16" ? new Autocast(device.type, ScalarType.BFloat16) : null;
            return network.call(TimeRepeat.Repeat(images, each.Steps)).mean([0]).to(ScalarType.Float32);
        }
    }

    private static OverTime Csnn(int channels, NeuronBackend backend = NeuronBackend.Auto) => new(
        nn.Conv2d(1, channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels), Neuron(backend), new MaxPool2x2(),
        nn.Conv2d(channels, channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels), Neuron(backend), new MaxPool2x2(),
        nn.Flatten(), nn.Linear(channels * 7 * 7, channels * 4 * 4, hasBias: false), Neuron(backend),
        nn.Linear(channels * 4 * 4, 10, hasBias: false), Neuron(backend));

    private static IFNode Neuron(NeuronBackend backend) => new(surrogate: new ATan()) { Backend = backend };

    /// <summary>An equation as a user writes one: V + (V (V - critical) + X) / tau.</summary>
    private sealed class Own(double tau, double critical) : PointNeuron([("tau", tau), ("critical", critical)], surrogate: new ATan())
    {
        protected override Lane Charge(Lane v, Lane x) => v + (((v * (v - Number("critical"))) + x) / Number("tau"));
    }

    /// <summary>A network that repeats images itself, where it is given the repeated ones.</summary>
    private sealed class Still : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> inner;

        public Still(nn.Module<Tensor, Tensor> inner)
            : base(nameof(Still))
        {
            this.inner = inner;
            register_module(nameof(inner), inner);
        }

        public override Tensor forward(Tensor sequence)
        {
            var scores = inner.call(sequence[0]);
            return scores.dim() == 3 ? scores : scores.unsqueeze(0);
        }
    }
}
