using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Which values of its input each output of a convolution sees: kernel, stride, dilation, padding (by number or by name, of any mode) and
/// groups. Whatever reads the geometry of a convolution module reads it here, and what is not known here is refused.
/// </summary>
public sealed class ConvolutionGeometry
{
    private readonly long[] kernel;
    private readonly long[] stride;
    private readonly long[] dilation;
    private readonly long[] before;
    private readonly long[] after;

    /// <summary>Describes a convolution over one to three axes.</summary>
    /// <param name="kernel">Lengths of the kernel, at least 1 each.</param>
    /// <param name="stride">Steps of the kernel, at least 1 each.</param>
    /// <param name="dilation">Steps from tap to tap, at least 1 each.</param>
    /// <param name="before">Padding before the first value of each axis, at least 0.</param>
    /// <param name="after">Padding behind the last.</param>
    /// <param name="mode">What the padding holds.</param>
    /// <param name="groups">In how many parts the channels are divided, at least 1.</param>
    /// <exception cref="ArgumentException">The numbers are not as many for each axis, or one is too small.</exception>
    public ConvolutionGeometry(
        long[] kernel, long[] stride, long[] dilation, long[] before, long[] after, PaddingModes mode = PaddingModes.Zeros, long groups = 1)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        long[][] others = [stride, dilation, before, after];
        if (kernel.Length is < 1 or > 3 || others.Any(numbers => numbers?.Length != kernel.Length)
            || kernel.Concat(stride).Concat(dilation).Append(groups).Any(number => number < 1)
            || before.Concat(after).Any(number => number < 0))
        {
            throw new ArgumentException(
                $"Kernel [{string.Join(", ", kernel)}], stride [{string.Join(", ", stride ?? [])}], dilation "
                + $"[{string.Join(", ", dilation ?? [])}], padding [{string.Join(", ", before ?? [])}] and "
                + $"[{string.Join(", ", after ?? [])}], {groups} groups; expected one to three numbers of each, padding of at least 0, "
                + "the others of at least 1.", nameof(kernel));
        }

        (this.kernel, this.stride, this.dilation, this.before, this.after, Mode, Groups) =
            (kernel, stride, dilation, before, after, mode, groups);
    }

    /// <summary>Lengths of the kernel.</summary>
    public IReadOnlyList<long> Kernel => kernel;

    /// <summary>Steps of the kernel.</summary>
    public IReadOnlyList<long> Stride => stride;

    /// <summary>Steps from tap to tap.</summary>
    public IReadOnlyList<long> Dilation => dilation;

    /// <summary>Padding before the first value of each axis.</summary>
    public IReadOnlyList<long> Before => before;

    /// <summary>Padding behind the last value of each axis.</summary>
    public IReadOnlyList<long> After => after;

    /// <summary>What the padding holds.</summary>
    public PaddingModes Mode { get; }

    /// <summary>In how many parts the channels are divided.</summary>
    public long Groups { get; }

    /// <summary>Whether the padding holds zeros, or there is none.</summary>
    public bool PadsZeros => Mode is PaddingModes.Zeros or PaddingModes.Constant || before.Concat(after).All(length => length == 0);

    /// <summary>The geometry of a module.</summary>
    /// <param name="convolution">Conv1d, Conv2d or Conv3d.</param>
    /// <returns>Kernel, stride, padding, dilation and groups of the module.</returns>
    /// <exception cref="ArgumentException">It is transposed, or TorchSharp pads the wrong axes.</exception>
    public static ConvolutionGeometry Of(Convolution convolution)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        if (convolution.transposed)
        {
            throw new ArgumentException(
                $"{convolution.GetName()} is a transposed convolution: its inputs spread over outputs, and no output has a window of its "
                + "own. Use Upsample and a Conv.", nameof(convolution));
        }

        var kernel = convolution.weight!.shape[2..];
        var (before, after) = convolution.padding_type == Padding.Same ? Same(kernel, convolution.dilation)
            : convolution.padding is { } padding ? (padding, padding)
            : (new long[kernel.Length], new long[kernel.Length]);
        // TorchSharp 0.107 gives pad the lengths of the first axis first, where the last one's belong
        // (Convolution.UpdateReversedPaddingArray)
        if (convolution.padding_type == Padding.Same && convolution.padding_mode != PaddingModes.Zeros
            && Enumerable.Range(1, kernel.Length - 1).Any(axis => (before[axis], after[axis]) != (before[0], after[0])))
        {
            throw new ArgumentException(
                $"{convolution.GetName()} has padding 'same' of the mode {convolution.padding_mode} and axes of different kernels or "
                + "dilations: TorchSharp pads the wrong axes there. Give the padding as numbers.", nameof(convolution));
        }

        return new ConvolutionGeometry(
            kernel, convolution.stride, convolution.dilation, before, after, convolution.padding_mode, convolution.groups);
    }

    /// <summary>The padding called 'same': as many outputs as inputs at stride 1; of an odd total the larger part is behind.</summary>
    /// <param name="kernel">Lengths of the kernel.</param>
    /// <param name="dilation">Steps from tap to tap.</param>
    /// <returns>Zeros before and behind each axis.</returns>
    public static (long[] Before, long[] After) Same(IReadOnlyList<long> kernel, IReadOnlyList<long> dilation)
    {
        long[] total = [.. kernel.Zip(dilation, (length, step) => step * (length - 1))];
        return ([.. total.Select(length => length / 2)], [.. total.Select(length => length - (length / 2))]);
    }

    /// <summary>How many outputs an input value reaches on average, those that a border cuts off included.</summary>
    /// <param name="convolution">Any convolution, transposed ones too.</param>
    /// <returns>A mean number of outputs, at least 0.</returns>
    public static double FanOut(Convolution convolution)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        var reached = (double)convolution.weight!.numel() / convolution.in_channels;
        return convolution.transposed ? reached : convolution.stride.Aggregate(reached, (count, step) => count / step);
    }

    /// <summary>
    /// How many products of input and weight a pass computes: every weight once at each output position, of a transposed convolution at
    /// each input position.
    /// </summary>
    /// <param name="convolution">Any convolution, transposed ones too.</param>
    /// <param name="inputs">Values it was given, of all channels.</param>
    /// <param name="outputs">Values it gave.</param>
    /// <returns>How many products, at least 0.</returns>
    public static double Products(Convolution convolution, long inputs, long outputs)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        return (double)convolution.weight!.numel()
            * (convolution.transposed ? inputs / convolution.in_channels : outputs / convolution.out_channels);
    }

    /// <summary>A new convolution of a module's geometry with other weights.</summary>
    /// <param name="convolution">Conv1d, Conv2d or Conv3d.</param>
    /// <param name="weight">In the shape of its weights; copied.</param>
    /// <param name="bias">[out], or null for none; copied.</param>
    /// <returns>The new convolution; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">It is transposed.</exception>
    public static Convolution Copy(Convolution convolution, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentNullException.ThrowIfNull(weight);
        using var off = no_grad();
        var (c, k, s, d) = (convolution, convolution.kernel_size, convolution.stride, convolution.dilation);
        Convolution copy = convolution switch
        {
            Conv1d => nn.Conv1d(c.in_channels, c.out_channels, k[0], s[0], 0, d[0], c.padding_mode, c.groups, bias is not null,
                weight.device, weight.dtype),
            Conv2d => nn.Conv2d(c.in_channels, c.out_channels, (k[0], k[1]), (s[0], s[1]), (0, 0), (d[0], d[1]), c.padding_mode, c.groups,
                bias is not null, weight.device, weight.dtype),
            Conv3d => nn.Conv3d(c.in_channels, c.out_channels, (k[0], k[1], k[2]), (s[0], s[1], s[2]), (0, 0, 0), (d[0], d[1], d[2]),
                c.padding_mode, c.groups, bias is not null, weight.device, weight.dtype),
            _ => throw new ArgumentException(
                $"{convolution.GetName()} cannot be copied with other weights; expected Conv1d, Conv2d or Conv3d.", nameof(convolution)),
        };
        if (c.padding_type is { } named)
        {
            copy.SetPadding(named);
        }
        else
        {
            copy.SetPadding(c.padding!);
        }

        copy.weight!.copy_(weight);
        copy.bias?.copy_(bias!);
        return copy;
    }

    /// <summary>Lengths of the output's axes.</summary>
    /// <param name="input">Lengths of the input's axes, without batch and channels.</param>
    /// <returns>One length for each axis, without batch and channels.</returns>
    /// <exception cref="ArgumentException">There are more or fewer axes, or one is shorter than the kernel.</exception>
    public long[] Output(IReadOnlyList<long> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Fits(input)
            ? [.. Enumerable.Range(0, kernel.Length).Select(axis => (Room(input, axis) / stride[axis]) + 1)]
            : throw new ArgumentException(
                $"A convolution with a kernel of [{string.Join(", ", kernel)}] was given axes of [{string.Join(", ", input)}]; expected "
                + $"{kernel.Length}, each with its padding at least as long as the kernel.", nameof(input));
    }

    /// <summary>Whether an input has the right number of axes, each with its padding at least as long as the kernel.</summary>
    /// <param name="input">Lengths of the input's axes, without batch and channels.</param>
    /// <returns>Whether it fits.</returns>
    public bool Fits(IReadOnlyList<long> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Count == kernel.Length && Enumerable.Range(0, kernel.Length).All(axis => Room(input, axis) >= 0);
    }

    /// <summary>The input with its padding.</summary>
    /// <param name="input">[B, C, ...].</param>
    /// <returns>[B, C, ...'], longer by the padding.</returns>
    public Tensor Pad(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // the last axis comes first in pad's list
        long[] lengths = [.. Enumerable.Range(0, kernel.Length).Reverse().SelectMany(axis => new[] { before[axis], after[axis] })];
        return lengths.All(length => length == 0)
            ? input.alias()
            : nn.functional.pad(input, lengths, PadsZeros ? PaddingModes.Constant : Mode);
    }

    /// <summary>The convolution.</summary>
    /// <param name="input">[B, C, ...], without padding.</param>
    /// <param name="weight">[C', C / groups, kernel].</param>
    /// <param name="bias">[C'], or null.</param>
    /// <returns>[B, C', ...'].</returns>
    public Tensor Convolve(Tensor input, Tensor weight, Tensor? bias)
    {
        // libtorch pads with as many zeros on either side itself, without a copy
        var itself = PadsZeros && before.SequenceEqual(after);
        using var padded = itself ? input.alias() : Pad(input);
        var padding = itself ? before : new long[kernel.Length];
        return kernel.Length switch
        {
            1 => nn.functional.conv1d(padded, weight, bias, stride[0], padding[0], dilation[0], Groups),
            2 => nn.functional.conv2d(padded, weight, bias, stride, padding, dilation, Groups),
            _ => nn.functional.conv3d(padded, weight, bias, stride, padding, dilation, Groups),
        };
    }

    /// <summary>What each output position sees, of convolutions over one or two axes.</summary>
    /// <param name="padded">[B, C, ...], with the padding (<see cref="Pad"/>).</param>
    /// <returns>[B, C * taps, positions].</returns>
    /// <exception cref="NotSupportedException">The convolution has three axes.</exception>
    internal Tensor Patches(Tensor padded)
    {
        if (kernel.Length > 2)
        {
            throw new NotSupportedException("The windows of a convolution over three axes cannot be taken here.");
        }

        using var image = kernel.Length == 1 ? padded.unsqueeze(2) : padded.alias();
        (long, long) Two(long[] lengths) => kernel.Length == 1 ? (1, lengths[0]) : (lengths[0], lengths[1]);
        return nn.functional.unfold(image, Two(kernel), Two(dilation), stride: Two(stride));
    }

    private long Room(IReadOnlyList<long> input, int axis) =>
        input[axis] + before[axis] + after[axis] - (dilation[axis] * (kernel[axis] - 1)) - 1;
}
