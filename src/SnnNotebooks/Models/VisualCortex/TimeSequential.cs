using System.Globalization;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// Modules one after the other on sequences [T, B, C, H, W], under the names <c>0</c>, <c>1</c>, ... Convolutions and normalisations
/// are applied to every step at once, the others (neurons, blocks) get the sequence.
/// </summary>
public sealed class TimeSequential : NamedModule
{
    private readonly IReadOnlyList<nn.Module<Tensor, Tensor>> row;

    /// <summary>Takes over the modules.</summary>
    /// <param name="modules">In order.</param>
    public TimeSequential(IEnumerable<nn.Module<Tensor, Tensor>> modules)
        : base(nameof(TimeSequential))
    {
        row = [.. modules];
        for (var i = 0; i < row.Count; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), row[i]);
        }
    }

    /// <summary>Applies them.</summary>
    /// <param name="input">[T, B, C, H, W].</param>
    /// <returns>[T, B, C', H', W'].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = input;
        foreach (var module in row)
        {
            maps = module is Conv2d or BatchNorm2d ? module.OverTime(maps) : module.call(maps);
        }

        return (ReferenceEquals(maps, input) ? input.alias() : maps).MoveToOuterDisposeScope();
    }
}
