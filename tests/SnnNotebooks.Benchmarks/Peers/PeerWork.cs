using SnnNotebooks.Cli.Bench;
using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.Models;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>The kit's side of each case; what is made lives as long as the dispose scope.</summary>
internal static class PeerWork
{
    /// <summary>One run of a case, made ready.</summary>
    /// <param name="each">The case.</param>
    /// <param name="way"><see cref="PeerRow.Kit"/>, <see cref="PeerRow.KitRecomputed"/> or <see cref="PeerRow.KitDense"/>.</param>
    public static Action Of(BenchCase each, string way) => each.Kind switch
    {
        "plif" => Parametric(each),
        "spikformer" => Spikformer(each),
        "blocks" => Blocks(each, way == PeerRow.KitRecomputed),
        _ => KitWork.Of(each, CPU),
    };

    private static Action Parametric(BenchCase each)
    {
        var neuron = new ParametricLIFNode(surrogate: new ATan());
        long[] shape = [each.Steps, each.Size / each.Steps];
        var (x, g) = (rand(shape).mul(2).requires_grad_(), randn(shape));
        var w = neuron.parameters().Single();
        return () =>
        {
            neuron.Reset();
            autograd.grad([neuron.call(x)], [x, w], [g]);
        };
    }

    private static Action Spikformer(BenchCase each)
    {
        var network = ModelPresets.Get("spikformer_cifar10_4_256").Create();
        var images = rand(each.Batch, 3, each.Size, each.Size);
        var labels = nn.functional.one_hot(randint(10, [each.Batch], dtype: ScalarType.Int64), 10).to(ScalarType.Float32);
        var optimizer = optim.SGD(network.parameters(), 0.1, momentum: 0.9);
        network.train(each.Pass == "train");
        return () =>
        {
            Functional.Reset(network);
            if (each.Pass != "train")
            {
                using var off = no_grad();
                network.call(images);
                return;
            }

            optimizer.zero_grad();
            nn.functional.mse_loss(network.call(images), labels).backward();
            optimizer.step();
        };
    }

    /// <summary>A step without an optimizer of eight blocks on spikes.</summary>
    private static Action Blocks(BenchCase each, bool recomputed)
    {
        var maps = each.Size;
        var network = nn.Sequential(Enumerable.Range(0, 8).Select(_ => Block()).ToArray());
        var input = rand([each.Steps, each.Batch, maps, 32, 32]).gt(0.5).to(ScalarType.Float32);
        return () =>
        {
            using var state = new StateScope(network);
            Tensor loss;
            using (var output = network.call(input))
            {
                loss = output.mean(); // in Python nobody has the output any more, either
            }

            loss.backward();
        };

        nn.Module<Tensor, Tensor> Block()
        {
            var block = new OverTime(
                nn.Conv2d(maps, maps, 3, padding: 1, bias: false), nn.BatchNorm2d(maps), new LIFNode(surrogate: new ATan()));
            return recomputed ? new Recomputed(block) : block;
        }
    }
}
