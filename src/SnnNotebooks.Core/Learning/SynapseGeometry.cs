using SnnNotebooks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>Which input spike meets which output spike at a weight: one pair per weight in a dense layer, one per output position in a convolution.</summary>
public abstract class SynapseGeometry
{
    private protected SynapseGeometry()
    {
    }

    /// <summary>A dense layer: weight [out, in], input [B, in], output [B, out].</summary>
    public static SynapseGeometry Dense { get; } = new DenseGeometry();

    /// <summary>A convolution over one or two axes, without groups and dilation: weight [out, in, k...], input [B, in, ...], output [B, out, ...].</summary>
    /// <param name="kernel">Lengths of the kernel.</param>
    /// <param name="stride">Steps of the kernel.</param>
    /// <param name="padding">Zeros on either side.</param>
    /// <exception cref="ArgumentException">The three do not have one or two numbers each.</exception>
    public static SynapseGeometry Convolution(long[] kernel, long[] stride, long[] padding) => new ConvolutionGeometry(kernel, stride, padding);

    /// <summary>The geometry of a layer.</summary>
    /// <param name="synapse">Linear, Conv1d or Conv2d.</param>
    /// <exception cref="ArgumentException">It is another layer, or a convolution with groups or dilation.</exception>
    public static SynapseGeometry Of(nn.Module synapse)
    {
        switch (synapse)
        {
            case Linear:
                return Dense;
            case Convolution convolution and (Conv1d or Conv2d):
                if (convolution.groups != 1 || convolution.dilation is { } dilation && dilation.Any(length => length != 1))
                {
                    throw new ArgumentException($"STDP is defined here for convolutions without groups and dilation; {synapse.GetName()} has some.", nameof(synapse));
                }

                var kernel = convolution.weight!.shape[2..];
                return Convolution(kernel, KernelSizes.Each(convolution.stride, 1, kernel.Length), KernelSizes.Each(convolution.padding, 0, kernel.Length));
            default:
                throw new ArgumentException($"STDP is defined here for Linear, Conv1d and Conv2d, not for {synapse.GetName()}.", nameof(synapse));
        }
    }

    /// <summary>The input spikes as the traces see them: with the padding of a convolution.</summary>
    internal abstract Tensor Pad(Tensor pre);

    /// <summary>For each weight the sum over batch and positions of post times pre; <paramref name="pre"/> is padded.</summary>
    internal abstract Tensor Pair(Tensor post, Tensor pre);

    private sealed class DenseGeometry : SynapseGeometry
    {
        internal override Tensor Pad(Tensor pre) => pre.alias();

        internal override Tensor Pair(Tensor post, Tensor pre) => post.t().matmul(pre);
    }

    private sealed class ConvolutionGeometry : SynapseGeometry
    {
        private readonly long[] kernel;
        private readonly long[] stride;
        private readonly long[] padding;

        public ConvolutionGeometry(long[] kernel, long[] stride, long[] padding)
        {
            if (kernel.Length is < 1 or > 2 || stride.Length != kernel.Length || padding.Length != kernel.Length)
            {
                throw new ArgumentException($"A kernel of {kernel.Length}, a stride of {stride.Length} and a padding of {padding.Length} numbers; expected one or two of each.", nameof(kernel));
            }

            (this.kernel, this.stride, this.padding) = (kernel, stride, padding);
        }

        internal override Tensor Pad(Tensor pre) => nn.functional.pad(pre, [.. padding.Reverse().SelectMany(length => new[] { length, length })]);

        internal override Tensor Pair(Tensor post, Tensor pre)
        {
            var flat = kernel.Length == 1;
            var image = flat ? pre.unsqueeze(2) : pre;
            var (height, width) = flat ? (1L, kernel[0]) : (kernel[0], kernel[1]);
            var (down, across) = flat ? (1L, stride[0]) : (stride[0], stride[1]);
            using var patches = nn.functional.unfold(image, (height, width), stride: (down, across)); // [B, in k, positions]
            return einsum("bop,bip->oi", post.flatten(2), patches).reshape([post.shape[1], pre.shape[1], .. kernel]);
        }
    }
}
