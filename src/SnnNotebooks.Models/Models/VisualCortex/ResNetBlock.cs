using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>A residual block with ReLU after the sum (K. He et al., 2016), with torchvision's names.</summary>
public sealed class ResNetBlock : RecomputableBlock
{
    private readonly List<(Conv2d Convolution, BatchNorm2d Normalisation)> branch = [];
    private readonly nn.Module<Tensor, Tensor>? downsample;

    /// <summary>Builds a block.</summary>
    /// <param name="bottleneck">Three convolutions 1, 3, 1 with fourfold output instead of two of 3.</param>
    /// <param name="inputs">Feature maps of the input.</param>
    /// <param name="width">Feature maps of the stage, before the expansion.</param>
    /// <param name="stride">1, or 2 to halve height and width.</param>
    /// <param name="groups">Groups of a bottleneck's 3 x 3 convolution (ResNeXt).</param>
    /// <param name="widthPerGroup">Feature maps of a group in the first stage; 64 for plain ResNets.</param>
    public ResNetBlock(bool bottleneck, int inputs, int width, int stride, int groups = 1, int widthPerGroup = 64)
        : base(nameof(ResNetBlock))
    {
        var inside = width * widthPerGroup / 64 * groups;
        Outputs = bottleneck ? 4 * width : width;
        Conv2d[] convolutions = bottleneck
            ? [ResidualConvBlock.Conv(inputs, inside, 1), ResidualConvBlock.Conv(inside, inside, 3, stride, groups),
                ResidualConvBlock.Conv(inside, Outputs, 1)]
            : [ResidualConvBlock.Conv(inputs, width, 3, stride), ResidualConvBlock.Conv(width, width, 3)];
        for (var i = 0; i < convolutions.Length; i++)
        {
            var normalisation = nn.BatchNorm2d(convolutions[i].weight!.shape[0]);
            branch.Add((convolutions[i], normalisation));
            register_module($"conv{i + 1}", convolutions[i]);
            register_module($"bn{i + 1}", normalisation);
        }

        if (stride != 1 || inputs != Outputs)
        {
            downsample = nn.Sequential(ResidualConvBlock.Conv(inputs, Outputs, 1, stride), nn.BatchNorm2d(Outputs));
            register_module(nameof(downsample), downsample);
        }
    }

    /// <summary>Feature maps of the output.</summary>
    public int Outputs { get; }

    /// <summary>Runs the block.</summary>
    /// <param name="input">[B, C, H, W], or a sequence [T, B, C, H, W], whose steps it treats alike.</param>
    /// <returns>The same axes with C', H', W'.</returns>
    /// <exception cref="ArgumentException">The input has other axes or channels.</exception>
    protected override Tensor Compute(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() is not (4 or 5))
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected maps [B, C, H, W] or [T, B, C, H, W].", nameof(input));
        }

        using var scope = NewDisposeScope();
        if (input.dim() == 5)
        {
            return OverTime.Apply(Compute, input).MoveToOuterDisposeScope();
        }

        LayerInput.Require(input, branch[0].Convolution);
        var maps = input;
        for (var i = 0; i < branch.Count; i++)
        {
            maps = branch[i].Normalisation.call(branch[i].Convolution.call(maps));
            if (i < branch.Count - 1)
            {
                maps = maps.relu_();
            }
        }

        return (maps + (downsample?.call(input) ?? input)).relu_().MoveToOuterDisposeScope();
    }
}
