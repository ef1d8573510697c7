using System.Globalization;
using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// A network that is a row of layers, <c>features</c>, a pooling to a fixed size, and <c>classifier</c>: AlexNet
/// (A. Krizhevsky, 2014) and VGG (K. Simonyan, A. Zisserman, 2015).
/// </summary>
public sealed class PlainNetwork : ImageNetwork
{
    private readonly nn.Module<Tensor, Tensor> features;
    private readonly nn.Module<Tensor, Tensor> avgpool;
    private readonly nn.Module<Tensor, Tensor> classifier;
    private readonly List<ScoredLayer> scored = [];

    private PlainNetwork(string name, IReadOnlyList<nn.Module<Tensor, Tensor>> features, int side,
        IReadOnlyList<nn.Module<Tensor, Tensor>> classifier)
        : base(name)
    {
        register_module(nameof(features), this.features = Row(nameof(features), features));
        register_module(nameof(avgpool), avgpool = nn.AdaptiveAvgPool2d(side));
        register_module(nameof(classifier), this.classifier = Row(nameof(classifier), classifier));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers => scored;

    /// <summary>VGG without normalisation.</summary>
    /// <param name="depth">11, 13, 16 or 19.</param>
    /// <param name="classes">Outputs.</param>
    /// <returns>The network with fresh weights; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No VGG has this depth.</exception>
    public static PlainNetwork Vgg(int depth, int classes = 1000)
    {
        int[] counts = depth switch
        {
            11 => [1, 1, 2, 2, 2],
            13 => [2, 2, 2, 2, 2],
            16 => [2, 2, 3, 3, 3],
            19 => [2, 2, 4, 4, 4],
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "VGG networks have 11, 13, 16 or 19 layers."),
        };
        var layers = new List<nn.Module<Tensor, Tensor>>();
        var inputs = 3;
        foreach (var (count, width) in counts.Zip([64, 128, 256, 512, 512]))
        {
            for (var i = 0; i < count; i++)
            {
                layers.AddRange([nn.Conv2d(inputs, width, 3, padding: 1), nn.ReLU()]);
                inputs = width;
            }

            layers.Add(nn.MaxPool2d(2, 2));
        }

        return new PlainNetwork($"Vgg{depth}", layers, 7,
            [nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(),
                nn.Linear(4096, classes)]);
    }

    /// <summary>AlexNet in its form for one processor.</summary>
    /// <param name="classes">Outputs.</param>
    /// <returns>The network with fresh weights; the caller disposes it.</returns>
    public static PlainNetwork AlexNet(int classes = 1000) => new(
        nameof(AlexNet),
        [
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding: 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding: 1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding: 1), nn.ReLU(), nn.Conv2d(
                256, 256, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        ],
        6,
        [nn.Dropout(), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, classes)]);

    /// <inheritdoc/>
    protected override Tensor Images(Tensor images)
    {
        LayerInput.Require(images, features);
        return classifier.call(avgpool.call(features.call(images)).flatten(1));
    }

    /// <summary>Names the layers by place; every ReLU and pooling layer is scored, and the last dense one ends the list.</summary>
    private Sequential Row(string prefix, IReadOnlyList<nn.Module<Tensor, Tensor>> modules)
    {
        var (named, depth) = (new List<(string, nn.Module<Tensor, Tensor>)>(), scored.Count == 0 ? 0 : scored[^1].Depth);
        for (var i = 0; i < modules.Count; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            named.Add((name, modules[i]));
            depth += modules[i] is Conv2d or Linear or MaxPool2d ? 1 : 0;
            if (modules[i] is ReLU or MaxPool2d || (modules[i] is Linear && i == modules.Count - 1))
            {
                scored.Add(new($"{prefix}.{name}", depth));
            }
        }

        return nn.Sequential(named);
    }
}
