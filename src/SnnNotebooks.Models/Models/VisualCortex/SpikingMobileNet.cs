using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// MobileNet-V2 with IF neurons, also after the last convolution of a block, where MobileNet-V2 is linear (arXiv:2303.06060). Light
/// parallel streams are what fitted the mouse best.
/// </summary>
public sealed class SpikingMobileNet : SequenceNetwork
{
    private static readonly (int Width, int Stride, int Expansion, int Blocks)[] Rows =
        [(16, 1, 1, 1), (24, 2, 6, 2), (32, 2, 6, 3), (64, 2, 6, 4), (96, 1, 6, 3), (160, 2, 6, 3), (320, 1, 6, 1)];

    private readonly ConvBn stem;
    private readonly SpikingNeuron sn1;
    private readonly OverTime layers;
    private readonly GlobalPool avgpool = new();
    private readonly Linear fc;
    private readonly List<ScoredLayer> scored = [new("sn1", 1)];

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="classes">Outputs.</param>
    /// <param name="timeSteps">How often a still image is presented.</param>
    /// <param name="neuron">Makes a layer of neurons; IF where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    public SpikingMobileNet(int classes = 1000, int timeSteps = 4, Func<SpikingNeuron>? neuron = null)
        : base(nameof(SpikingMobileNet), timeSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        stem = new ConvBn(this, "conv1", "bn1", 3, 32, stride: 2);
        neuron ??= () => new IFNode(detachReset: true, surrogate: new ATan());
        register_module(nameof(sn1), sn1 = neuron());
        var (features, depth, groups) = (32, 1, new List<nn.Module<Tensor, Tensor>>());
        foreach (var (width, stride, expansion, count) in Rows)
        {
            var blocks = new List<nn.Module<Tensor, Tensor>>();
            for (var i = 0; i < count; i++)
            {
                blocks.Add(new Block(features, width, i == 0 ? stride : 1, expansion, neuron));
                (features, depth) = (width, depth + (expansion == 1 ? 2 : 3));
                scored.Add(new($"layers.{groups.Count}.{i}", depth));
            }

            groups.Add(new OverTime([.. blocks]));
        }

        groups.AddRange([Convolution(features, 1280, 1), nn.BatchNorm2d(1280), neuron()]);
        layers = new OverTime([.. groups]);
        register_module(nameof(layers), layers);
        register_module(nameof(avgpool), avgpool);
        register_module(nameof(fc), fc = nn.Linear(1280, classes));
        scored.AddRange([new($"layers.{groups.Count - 1}", depth + 1), new(nameof(avgpool), depth + 2), new(nameof(fc), depth + 3)]);
        Initialization.KaimingConvolutions(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers => scored;

    /// <inheritdoc/>
    protected override Tensor Sequence(Tensor frames) => fc.call(avgpool.call(layers.call(sn1.call(stem.Apply(frames)))).flatten(2));

    private static Conv2d Convolution(int inputs, int outputs, int kernel, int stride = 1, int groups = 1) =>
        nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, groups: groups, bias: false);

    /// <summary>Widen, filter each map, narrow; the input's spikes are added where the shape stays.</summary>
    private sealed class Block : RecomputableBlock
    {
        private readonly OverTime layers;
        private readonly bool adds;

        public Block(int inputs, int outputs, int stride, int expansion, Func<SpikingNeuron> neuron)
            : base(nameof(SpikingMobileNet) + nameof(Block))
        {
            nn.Module<Tensor, Tensor>[] Unit(Conv2d convolution, int maps) => [convolution, nn.BatchNorm2d(maps), neuron()];
            var inside = inputs * expansion;
            List<nn.Module<Tensor, Tensor>> modules = expansion == 1 ? [] : [.. Unit(Convolution(inputs, inside, 1), inside)];
            modules.AddRange(Unit(Convolution(inside, inside, 3, stride, groups: inside), inside));
            modules.AddRange(Unit(Convolution(inside, outputs, 1), outputs));
            register_module(nameof(layers), layers = new OverTime([.. modules]));
            adds = stride == 1 && inputs == outputs;
        }

        protected override Tensor Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            var spikes = layers.call(input);
            return (adds ? input + spikes : spikes).MoveToOuterDisposeScope();
        }
    }
}
