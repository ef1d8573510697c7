using SnnNotebooks.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Normalisation;

/// <summary>A batch normalisation that neurons see their input through.</summary>
/// <param name="Norm">The normalisation, of float32 on the CPU, with weight, bias and running statistics.</param>
/// <param name="Steps">T; where the input has one step only, it is presented at each.</param>
/// <param name="Counted">How many steps count in the running variance: all of them, or of one that is presented at each that one.</param>
/// <param name="Axis">Where the input [T, B, ...] has its channels.</param>
internal sealed record NormalisedInput(BatchNorm Norm, long Steps, long Counted, int Axis)
{
    /// <summary>What it learns.</summary>
    public Tensor[] Parameters => [Norm.weight!, Norm.bias!];

    /// <summary>
    /// The same of an input whose axes were moved by <see cref="MemoryOrder.ChannelsLast"/>, whichever of them its channels are: maps one
    /// pixel wide with their channels behind lie like maps with their channels before.
    /// </summary>
    public NormalisedInput Ordered() => this with { Axis = MemoryOrder.AfterChannelsLast(Axis) };

    /// <summary>Which channels the elements of an input belong to.</summary>
    /// <param name="x">[T, B, ...].</param>
    public ChannelLayout Layout(Tensor x)
    {
        var shape = x.shape;
        return new ChannelLayout((int)shape[Axis], shape[(Axis + 1)..].Aggregate(1L, (product, length) => product * length));
    }

    /// <summary>
    /// The normalisation of an input: in training mode by its own mean and variance, which are counted in the running ones; else by these.
    /// </summary>
    /// <param name="x">[T, B, ...], each step contiguous; or one step that is presented at each.</param>
    public ChannelNormalisation Take(Tensor x)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var layout = Layout(x);
        var (mean, variance) = Norm.training ? Count(x, layout) : (Running(Norm.running_mean!), Running(Norm.running_var!));
        return new ChannelNormalisation(
            layout, mean, variance, Norm.weight!.Numbers<float>(), Norm.bias!.Numbers<float>(), Norm.eps, Norm.training);
    }

    private (double[] Mean, double[] Variance) Count(Tensor x, ChannelLayout layout)
    {
        var sequence = new ChannelSequence(NativeAutograd.Address(x), x.shape[0], x.stride(0), x.numel() / x.shape[0], layout);
        var (mean, variance) = ChannelMoments.Of(sequence);
        GC.KeepAlive(x); // the sums know its address only

        // the running variance takes the unbiased estimate
        var values = (double)sequence.Values / x.shape[0] * Counted;
        Blend(Norm.running_mean!, mean, 1);
        Blend(Norm.running_var!, variance, values / (values - 1));
        Norm.num_batches_tracked!.add_(1);
        return (mean, variance);
    }

    private void Blend(Tensor running, double[] newest, double factor)
    {
        var momentum = Norm.momentum!.Value;
        running.copy_(tensor(running.Numbers<float>().Select(
            (value, channel) => (float)(((1 - momentum) * value) + (momentum * factor * newest[channel]))).ToArray(), device: CPU));
    }

    private static double[] Running(Tensor values) => Array.ConvertAll(values.Numbers<float>(), value => (double)value);
}
