using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>
/// Which input spike meets which output spike at a weight: one pair per weight in a dense layer, one per output position in a convolution.
/// Derive for synapses that are laid out in another way.
/// </summary>
public abstract class SynapseGeometry
{
    /// <summary>A dense layer: weight [out, in], input [B, in], output [B, out].</summary>
    public static SynapseGeometry Dense { get; } = new DenseGeometry();

    /// <summary>
    /// A convolution over one or two axes, without groups and dilation: weight [out, in, k...], input [B, in, ...], output [B, out, ...].
    /// </summary>
    /// <param name="kernel">Lengths of the kernel.</param>
    /// <param name="stride">Steps of the kernel.</param>
    /// <param name="padding">Zeros on either side.</param>
    /// <returns>The geometry.</returns>
    /// <exception cref="ArgumentException">The three do not have one or two numbers each.</exception>
    public static SynapseGeometry Convolution(long[] kernel, long[] stride, long[] padding)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return Convolution(new ConvolutionGeometry(kernel, stride, [.. kernel.Select(_ => 1L)], padding, padding));
    }

    /// <summary>A convolution over one or two axes: weight [out, in / groups, k...], input [B, in, ...], output [B, out, ...].</summary>
    /// <param name="geometry">Any padding, dilation and groups.</param>
    /// <returns>The geometry.</returns>
    /// <exception cref="ArgumentException">It has three axes.</exception>
    public static SynapseGeometry Convolution(ConvolutionGeometry geometry) => new WindowGeometry(geometry);

    /// <summary>The geometry of a layer.</summary>
    /// <param name="synapse">Linear, Conv1d or Conv2d.</param>
    /// <returns>The geometry, of the layer's stride, padding, dilation and groups.</returns>
    /// <exception cref="ArgumentException">It is another layer.</exception>
    public static SynapseGeometry Of(nn.Module synapse) => synapse switch
    {
        Linear => Dense,
        Convolution convolution and (Conv1d or Conv2d) => Convolution(ConvolutionGeometry.Of(convolution)),
        _ => throw new ArgumentException(
            $"STDP is defined here for Linear, Conv1d and Conv2d, not for {synapse?.GetName() ?? "nothing"}.", nameof(synapse)),
    };

    /// <summary>The input spikes as the traces see them: with the padding of a convolution.</summary>
    /// <param name="pre">Input of a step, [B, in, ...].</param>
    /// <returns>A tensor of its own, which may share the memory.</returns>
    protected internal abstract Tensor Pad(Tensor pre);

    /// <summary>For each weight the sum over batch and positions of post times pre; <paramref name="pre"/> is padded.</summary>
    /// <param name="post">Output of a step or its trace, [B, out, ...].</param>
    /// <param name="pre">Input of a step or its trace, as <see cref="Pad"/> gives it.</param>
    /// <returns>The shape of the weights.</returns>
    protected internal abstract Tensor Pair(Tensor post, Tensor pre);

    /// <summary>Spikes of a step in the type of the weights, once all three fit each other.</summary>
    /// <exception cref="ArgumentException">They do not: libtorch would be asked for a product that does not exist.</exception>
    internal (Tensor Pre, Tensor Post) Checked(Tensor weight, Tensor pre, Tensor post)
    {
        if (!Fits(weight.shape, pre.shape, post.shape))
        {
            throw new ArgumentException(
                $"STDP was given weights [{string.Join(", ", weight.shape)}], input [{string.Join(", ", pre.shape)}] and output "
                + $"[{string.Join(", ", post.shape)}]; expected {Expected}, of one step.", nameof(pre));
        }

        if (!weight.is_floating_point() || pre.is_complex() || post.is_complex() || OnOther(pre, weight) || OnOther(post, weight))
        {
            throw new ArgumentException(
                $"STDP was given weights of {weight.dtype} on {weight.device}, input of {pre.dtype} on {pre.device} and output of "
                + $"{post.dtype} on {post.device}; expected floating-point weights and real spikes, all on one device.", nameof(weight));
        }

        return (pre.to(weight.dtype), post.to(weight.dtype));
    }

    /// <summary>The shapes of weights, input and output, for messages.</summary>
    protected abstract string Expected { get; }

    /// <summary>Whether the shapes fit each other.</summary>
    /// <param name="weight">Of the weights.</param>
    /// <param name="pre">Of the input of a step, before <see cref="Pad"/>.</param>
    /// <param name="post">Of its output.</param>
    /// <returns>Whether they fit.</returns>
    protected abstract bool Fits(ReadOnlySpan<long> weight, ReadOnlySpan<long> pre, ReadOnlySpan<long> post);

    private static bool OnOther(Tensor spikes, Tensor weight) =>
        spikes.device_type != weight.device_type || spikes.device_index != weight.device_index;

    private sealed class DenseGeometry : SynapseGeometry
    {
        protected override string Expected => "[out, in], [B, in] and [B, out]";

        protected internal override Tensor Pad(Tensor pre) => pre.alias();

        protected internal override Tensor Pair(Tensor post, Tensor pre) => post.t().mm(pre);

        protected override bool Fits(ReadOnlySpan<long> weight, ReadOnlySpan<long> pre, ReadOnlySpan<long> post) =>
            weight.Length == 2 && pre.Length == 2 && post.Length == 2 && pre[1] == weight[1] && post[1] == weight[0] && pre[0] == post[0];
    }

    private sealed class WindowGeometry : SynapseGeometry
    {
        private readonly ConvolutionGeometry geometry;

        public WindowGeometry(ConvolutionGeometry geometry)
        {
            ArgumentNullException.ThrowIfNull(geometry);
            this.geometry = geometry.Kernel.Count <= 2 ? geometry
                : throw new ArgumentException(
                    $"STDP is defined here for convolutions over one or two axes; this kernel has {geometry.Kernel.Count}.",
                    nameof(geometry));
        }

        protected override string Expected =>
            $"[out, in / {geometry.Groups}, {string.Join(", ", geometry.Kernel)}], [B, in, ...] and [B, out, ...] with as many outputs "
            + "as the convolution gives for the input";

        protected internal override Tensor Pad(Tensor pre) => geometry.Pad(pre);

        protected internal override Tensor Pair(Tensor post, Tensor pre)
        {
            using var patches = geometry.Patches(pre).unflatten(1, [geometry.Groups, -1]); // [B, groups, in / groups * taps, positions]
            return einsum("bgop,bgip->goi", post.flatten(2).unflatten(1, [geometry.Groups, -1]), patches)
                .reshape([post.shape[1], pre.shape[1] / geometry.Groups, .. geometry.Kernel]);
        }

        protected override bool Fits(ReadOnlySpan<long> weight, ReadOnlySpan<long> pre, ReadOnlySpan<long> post)
        {
            var axes = geometry.Kernel.Count;
            return weight.Length == axes + 2 && pre.Length == axes + 2 && post.Length == axes + 2
                && weight[2..].SequenceEqual([.. geometry.Kernel]) && weight[0] % geometry.Groups == 0
                && pre[1] == weight[1] * geometry.Groups && post[1] == weight[0] && pre[0] == post[0]
                && geometry.Fits([.. pre[2..]]) && post[2..].SequenceEqual(geometry.Output([.. pre[2..]]));
        }
    }
}
