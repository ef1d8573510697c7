using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>What reads the category from the last area: mean over the map, one dense layer.</summary>
internal sealed class CORnetDecoder : NamedModule
{
    private readonly GlobalPool avgpool = new();
    private readonly Linear linear;

    public CORnetDecoder(int features, int classes)
        : base(nameof(CORnetDecoder))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        register_module(nameof(avgpool), avgpool);
        register_module(nameof(linear), linear = nn.Linear(features, classes));
    }

    /// <summary>The areas' names, from the retina on.</summary>
    public static IReadOnlyList<string> Areas { get; } = ["V1", "V2", "V4", "IT"];

    public static void RegisterAreas(nn.Module network, IReadOnlyList<nn.Module<Tensor, Tensor>> areas)
    {
        for (var i = 0; i < areas.Count; i++)
        {
            network.register_module(Areas[i], areas[i]);
        }
    }

    /// <summary>[..., C, H, W] to [..., classes].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return linear.call(avgpool.call(input).flatten(-3)).MoveToOuterDisposeScope();
    }
}
