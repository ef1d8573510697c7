using System.Globalization;
using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>ResNet (K. He et al., CVPR 2016) and ResNeXt (S. Xie et al., CVPR 2017).</summary>
public sealed class ResNet : ImageNetwork
{
    private readonly Conv2d conv1 = ResidualConvBlock.Conv(3, 64, 7, 2);
    private readonly BatchNorm2d bn1 = nn.BatchNorm2d(64);
    private readonly ReLU relu = nn.ReLU();
    private readonly MaxPool2d maxpool = nn.MaxPool2d(3, 2, 1);
    private readonly List<nn.Module<Tensor, Tensor>> stages = [];
    private readonly GlobalPool avgpool = new();
    private readonly Linear fc;
    private readonly List<ScoredLayer> scored = [new("relu", 1), new("maxpool", 2)];

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="groups">Groups of the 3 x 3 convolutions (ResNeXt).</param>
    /// <param name="widthPerGroup">Feature maps of a group in the first stage; 64 for plain ResNets.</param>
    /// <exception cref="ArgumentOutOfRangeException">No ResNet has this depth.</exception>
    public ResNet(int depth, int classes = 1000, int groups = 1, int widthPerGroup = 64)
        : base(nameof(ResNet))
    {
        var blocks = SewResNetOptions.ForDepth(depth);
        register_module(nameof(conv1), conv1);
        register_module(nameof(bn1), bn1);
        register_module(nameof(relu), relu);
        register_module(nameof(maxpool), maxpool);
        var (features, layers) = (64, 2);
        for (var i = 0; i < blocks.Blocks.Count; i++)
        {
            var stage = new List<(string, nn.Module<Tensor, Tensor>)>();
            for (var j = 0; j < blocks.Blocks[i]; j++)
            {
                var block = new ResNetBlock(blocks.Bottleneck, features, 64 << i, i > 0 && j == 0 ? 2 : 1, groups, widthPerGroup);
                (features, layers) = (block.Outputs, layers + (blocks.Bottleneck ? 3 : 2));
                stage.Add((j.ToString(CultureInfo.InvariantCulture), block));
                scored.Add(new($"layer{i + 1}.{j}", layers));
            }

            stages.Add(nn.Sequential(stage));
            register_module($"layer{i + 1}", stages[^1]);
        }

        register_module(nameof(avgpool), avgpool);
        register_module(nameof(fc), fc = nn.Linear(features, classes));
        scored.AddRange([new(nameof(avgpool), layers + 1), new(nameof(fc), layers + 2)]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers => scored;

    /// <inheritdoc/>
    protected override Tensor Images(Tensor images)
    {
        LayerInput.Require(images, conv1);
        var maps = maxpool.call(relu.call(bn1.call(conv1.call(images))));
        foreach (var stage in stages)
        {
            maps = stage.call(maps);
        }

        return fc.call(avgpool.call(maps).flatten(1));
    }
}
