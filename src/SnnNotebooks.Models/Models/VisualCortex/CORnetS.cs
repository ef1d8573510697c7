using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// CORnet-S: areas that run their convolutions 2, 4 and 2 times, with a normalisation of its own each time (J. Kubilius et al., NeurIPS
/// 2019).
/// </summary>
public sealed class CORnetS : ImageNetwork
{
    private readonly nn.Module<Tensor, Tensor>[] areas = [new Retina(), new Area(64, 128, 2), new Area(128, 256, 4), new Area(256, 512, 2)];
    private readonly CORnetDecoder decoder;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="classes">Outputs.</param>
    public CORnetS(int classes = 1000)
        : base(nameof(CORnetS))
    {
        CORnetDecoder.RegisterAreas(this, areas);
        register_module(nameof(decoder), decoder = new CORnetDecoder(512, classes));
        Initialization.KaimingConvolutions(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers { get; } =
        [new("V1", 3), new("V2", 10), new("V4", 23), new("IT", 30), new("decoder.avgpool", 31), new("decoder.linear", 32)];

    /// <inheritdoc/>
    protected override Tensor Images(Tensor images) => decoder.call(areas.Aggregate(images, (maps, area) => area.call(maps)));

    /// <summary>V1, which is no recurrent area: two convolutions.</summary>
    private sealed class Retina : RecomputableBlock
    {
        private readonly Conv2d conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias: false);
        private readonly BatchNorm2d norm1 = nn.BatchNorm2d(64);
        private readonly Conv2d conv2 = nn.Conv2d(64, 64, 3, padding: 1, bias: false);
        private readonly BatchNorm2d norm2 = nn.BatchNorm2d(64);

        public Retina()
            : base(nameof(CORnetS) + "V1")
        {
            register_module(nameof(conv1), conv1);
            register_module(nameof(norm1), norm1);
            register_module(nameof(conv2), conv2);
            register_module(nameof(norm2), norm2);
        }

        protected override Tensor Compute(Tensor input)
        {
            LayerInput.Require(input, conv1);
            using var scope = NewDisposeScope();
            var maps = nn.functional.max_pool2d(norm1.call(conv1.call(input)).relu_(), 3, 2, 1);
            return norm2.call(conv2.call(maps)).relu_().MoveToOuterDisposeScope();
        }
    }

    private sealed class Area : RecomputableBlock
    {
        private const int Widening = 4;

        private readonly Conv2d input;
        private readonly Conv2d skip;
        private readonly BatchNorm2d normSkip;
        private readonly Conv2d[] convolutions;
        private readonly BatchNorm2d[][] normalisations;

        public Area(int inputs, int outputs, int times)
            : base(nameof(CORnetS) + nameof(Area))
        {
            var inside = Widening * outputs;
            register_module("conv_input", input = nn.Conv2d(inputs, outputs, 1, bias: false));
            register_module(nameof(skip), skip = nn.Conv2d(outputs, outputs, 1, 2, bias: false));
            register_module("norm_skip", normSkip = nn.BatchNorm2d(outputs));
            convolutions = [nn.Conv2d(outputs, inside, 1, bias: false), nn.Conv2d(inside, inside, 3, 2, 1, bias: false),
                nn.Conv2d(inside, outputs, 1, bias: false)];
            for (var i = 0; i < convolutions.Length; i++)
            {
                register_module($"conv{i + 1}", convolutions[i]);
            }

            normalisations = new BatchNorm2d[times][];
            for (var t = 0; t < times; t++)
            {
                normalisations[t] = [nn.BatchNorm2d(inside), nn.BatchNorm2d(inside), nn.BatchNorm2d(outputs)];
                for (var i = 0; i < convolutions.Length; i++)
                {
                    register_module($"norm{i + 1}_{t}", normalisations[t][i]);
                }
            }
        }

        protected override Tensor Compute(Tensor maps)
        {
            using var scope = NewDisposeScope();
            var x = input.call(maps);
            for (var t = 0; t < normalisations.Length; t++)
            {
                // the same weights, but only the first time they halve height and width
                var shortcut = t == 0 ? normSkip.call(skip.call(x)) : x;
                var stride = t == 0 ? 2 : 1;
                x = normalisations[t][0].call(convolutions[0].call(x)).relu_();
                x = normalisations[t][1].call(
                    nn.functional.conv2d(x, convolutions[1].weight!, strides: [stride, stride], padding: [1, 1])).relu_();
                x = (normalisations[t][2].call(convolutions[2].call(x)) + shortcut).relu_();
            }

            return x.MoveToOuterDisposeScope();
        }
    }
}
