using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>CORnet-Z: four areas, each one convolution, ReLU and pooling (J. Kubilius et al., 2018, bioRxiv 408385).</summary>
public sealed class CORnetZ : ImageNetwork
{
    private readonly nn.Module<Tensor, Tensor>[] areas = [new Area(3, 64, 7, 2), new Area(64, 128, 3), new Area(128, 256, 3),
        new Area(256, 512, 3)];
    private readonly CORnetDecoder decoder;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="classes">Outputs.</param>
    public CORnetZ(int classes = 1000)
        : base(nameof(CORnetZ))
    {
        CORnetDecoder.RegisterAreas(this, areas);
        register_module(nameof(decoder), decoder = new CORnetDecoder(512, classes));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers { get; } =
        [new("V1", 2), new("V2", 4), new("V4", 6), new("IT", 8), new("decoder.avgpool", 9), new("decoder.linear", 10)];

    /// <inheritdoc/>
    protected override Tensor Images(Tensor images) => decoder.call(areas.Aggregate(images, (maps, area) => area.call(maps)));

    private sealed class Area : RecomputableBlock
    {
        private readonly Conv2d conv;

        public Area(int inputs, int outputs, int kernel, int stride = 1)
            : base(nameof(CORnetZ) + nameof(Area)) =>
            register_module(nameof(conv), conv = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2));

        protected override Tensor Compute(Tensor input)
        {
            LayerInput.Require(input, conv);
            using var scope = NewDisposeScope();
            return nn.functional.max_pool2d(conv.call(input).relu_(), 3, 2, 1).MoveToOuterDisposeScope();
        }
    }
}
