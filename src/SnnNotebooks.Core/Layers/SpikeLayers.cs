using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Layers.Spikes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Convolutions and dense layers that are given spikes, or sums of spikes up to 3, on a CPU with AVX2: four inputs cost one addition
/// there, and the backward pass needs their bits only. Sums are float32 in another order than libtorch's, so that the last digits differ,
/// a weight that is infinite or NaN counts only where a spike meets it, and gradients cannot be differentiated again. The gradient of the
/// input of a 3 x 3 convolution at stride 1 is computed for 2 x 2 pixels at once, by 16 products in place of 36 (A. Lavin, S. Gray, CVPR
/// 2016, arXiv:1509.09308): the four share their rounding errors, and what is infinite or NaN. What has other values, is small or does not
/// fit goes to libtorch.
/// </summary>
public static class SpikeLayers
{
    private const long LeastProducts = 1 << 22; // below, packing and tables cost more than they save
    private const long LeastRows = 64; // output positions
    private const double MostPadding = 1.5; // bits of whole pieces for a bit of the input

    /// <summary>Whether layers are computed so where it pays; if not, libtorch computes all of them.</summary>
    public static bool Enabled { get; set; } = true;

    /// <summary>Calls a module, its hooks included; a sequential container's modules one by one.</summary>
    /// <param name="module">Any module.</param>
    /// <param name="input">Its input.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="ArgumentException">The input is not of the type, the device or the features of the weights.</exception>
    public static Tensor Call(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(module);
        LayerInput.Require(input, module);
        return module switch
        {
            Conv2d convolution => ModuleHooks.Call(module, input, x => Convolution(convolution, x) ?? convolution.forward(x)),
            Linear linear => ModuleHooks.Call(module, input, x => Dense(x, linear.weight!, linear.bias) ?? linear.forward(x)),
            Sequential container when container.children().All(child => child is nn.Module<Tensor, Tensor>) =>
                ModuleHooks.Call(module, input, x => InOrder(container, x)),
            _ => module.call(input),
        };
    }

    /// <summary>x W^T + b, as <c>nn.functional.linear</c>.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentException">The input is not of the type, the device or the features of the weights.</exception>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        LayerInput.RequireWeights(input, weight, nameof(Linear));
        LayerInput.RequireFeatures(input, -1, weight.size(1), nameof(Linear), "[..., {0}]");
        return Dense(input, weight, bias) ?? nn.functional.linear(input, weight, bias);
    }

    private static Tensor InOrder(Sequential container, Tensor input)
    {
        var value = input.alias();
        foreach (var child in container.children())
        {
            var next = Call((nn.Module<Tensor, Tensor>)child, value);
            if (!ReferenceEquals(next, value))
            {
                value.Dispose();
            }

            value = next;
        }

        return value;
    }

    private static Tensor? Convolution(Conv2d convolution, Tensor input)
    {
        if (input.dim() != 4 || convolution is not { padding: { } padding, padding_mode: PaddingModes.Zeros, groups: 1, weight: { } weight }
            || convolution.padding_type is not null || convolution.dilation.Any(step => step != 1) || input.shape[1] != weight.shape[1])
        {
            return null;
        }

        var (kernel, stride) = (convolution.kernel_size, convolution.stride);
        var of = new SpikeGeometry(
            input.shape[0], input.shape[1], input.shape[2], input.shape[3], (kernel[0], kernel[1]), (stride[0], stride[1]),
            (padding[0], padding[1]));
        return Run(input, of, weight, convolution.bias);
    }

    private static Tensor? Dense(Tensor input, Tensor weight, Tensor? bias) =>
        input.dim() < 2 || weight.dim() != 2 || input.shape[^1] != weight.shape[1]
            ? null
            : Run(input, new SpikeGeometry(input.numel() / Math.Max(1, input.shape[^1]), input.shape[^1], 1, 1, (1, 1), (1, 1), (0, 0)),
                weight, bias);

    private static Tensor? Run(Tensor input, SpikeGeometry of, Tensor weight, Tensor? bias)
    {
        if (!Enabled || !Avx2.IsSupported || !IsSingle(input) || !IsSingle(weight) || (bias is not null && !IsSingle(bias))
            || !Pays(of, weight.shape[0]) || Autocast.Type(DeviceType.CPU) is not null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var x = input.is_contiguous() || (input.dim() == 4 && input.permute(0, 2, 3, 1).is_contiguous()) ? input : input.contiguous();
        return SpikeMap.TryPack(x, of) is { } spikes
            ? SpikeLayerNode.Run(spikes, of, x, weight, bias).MoveToOuterDisposeScope()
            : null;
    }

    private static bool IsSingle(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    private static bool Pays(SpikeGeometry of, long outputs)
    {
        var run = of.Kernel.Width * of.Channels;
        var whole = (run + SpikeTables.Piece - 1) / SpikeTables.Piece * SpikeTables.Piece;
        return of.Channels % 8 == 0 && outputs % SpikeTables.Piece == 0 && whole <= MostPadding * run
            && of.Height + (2 * of.Padding.Height) >= of.Kernel.Height && of.Width + (2 * of.Padding.Width) >= of.Kernel.Width
            && of.Rows >= LeastRows && of.Rows * outputs * of.Kernel.Height * run >= LeastProducts;
    }
}
