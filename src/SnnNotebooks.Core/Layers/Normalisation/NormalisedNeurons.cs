using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Layers.Spikes;
using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Normalisation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Batch normalisation and the neurons behind it in one pass over memory, forward, and two backward, on a CPU with AVX2: statistics are
/// taken first, and what is normalised is computed as the neurons read it and never kept; of a step the graph holds one sequence less.
/// In evaluation mode, without gradients, the running statistics take their place, so that the normalisation costs no pass at all. Sums of
/// the statistics are float64, and (x - mean) scale + shift is rounded after the difference and at the end, so that the last digits differ
/// from libtorch's: a potential within rounding of the threshold may fall on its other side. What is small, of another type, or has hooks,
/// goes to libtorch.
/// </summary>
public static class NormalisedNeurons
{
    private const long LeastValues = 1 << 15; // of a sequence

    /// <summary>Whether both are computed so where they can; if not, the normalisation is libtorch's.</summary>
    public static bool Enabled { get; set; } = true;

    /// <summary>What neurons give behind a layer, in one pass with the normalisation that the layer ends in.</summary>
    /// <param name="layer">
    /// Modules without a state, [N, ...] to [N, ...]: one, a sequential container, or an <see cref="OverTime"/> of them.
    /// </param>
    /// <param name="neuron">The neurons, in multi-step mode.</param>
    /// <param name="sequence">[T, B, ...].</param>
    /// <param name="channelsBehind">
    /// Whether the neurons are given maps as [T, B, H, W, C] in any case; else only where they lie in memory so.
    /// </param>
    /// <returns>[T, B, C, ...].</returns>
    public static Tensor Fire(
        nn.Module<Tensor, Tensor> layer, SpikingNeuron neuron, Tensor sequence, bool channelsBehind = false)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(neuron);
        ArgumentNullException.ThrowIfNull(sequence);
        using var scope = NewDisposeScope();
        var parts = new List<nn.Module<Tensor, Tensor>>();
        if (!TimeRepeat.Repeats(sequence) && TakeApart(layer, parts) && parts[^1] is BatchNorm norm)
        {
            LayerInput.Require(sequence, parts[0], before: 1);
            var currents = parts.Count == 1
                ? sequence
                : OverTime.Apply(steps => parts[..^1].Aggregate(steps, (value, part) => SpikeLayers.Call(part, value)), sequence);
            return Fire(norm, neuron, currents, (int)sequence.shape[0], channelsBehind).MoveToOuterDisposeScope();
        }

        var normal = layer is OverTime ? layer.call(sequence) : OverTime.Apply(steps => SpikeLayers.Call(layer, steps), sequence);
        return Ordered(normal, channelsBehind, (maps, _) => neuron.call(maps)).MoveToOuterDisposeScope();
    }

    /// <summary>What neurons give of normalised currents; statistics are over T, B and all axes behind the channels.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="neuron">The neurons, in multi-step mode.</param>
    /// <param name="currents">[T, B, C, ...]; or [1, B, C, ...], one step that is presented at each.</param>
    /// <param name="steps">T.</param>
    /// <param name="channelsBehind">
    /// Whether the neurons are given maps as [T, B, H, W, C] in any case; else only where they lie in memory so.
    /// </param>
    /// <param name="countsSteps">
    /// Whether the running variance of one step that is presented at each is that of T B values (<see cref="RepeatedStatistics"/>), or of
    /// B.
    /// </param>
    /// <returns>[T, B, C, ...].</returns>
    /// <exception cref="ArgumentException">There are other than T or 1 steps, or no channels.</exception>
    public static Tensor Fire(
        BatchNorm norm, SpikingNeuron neuron, Tensor currents, int steps, bool channelsBehind = false, bool countsSteps = true)
    {
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentNullException.ThrowIfNull(neuron);
        ArgumentNullException.ThrowIfNull(currents);
        if (currents.dim() < 3 || (currents.shape[0] != steps && currents.shape[0] != 1))
        {
            throw new ArgumentException(
                $"Normalised neurons were given [{string.Join(", ", currents.shape)}]; expected [T, B, C, ...] of {steps} steps, or of "
                + "one.",
                nameof(currents));
        }

        LayerInput.RequireNormalised(currents, norm, 2, "[T, B, {0}, ...]");
        using var scope = NewDisposeScope();
        var counted = countsSteps ? steps : currents.shape[0];
        return (Fits(norm, neuron, currents, steps, axis: 2)
            ? Ordered(currents, channelsBehind, (maps, axis) => neuron.FireThrough(maps, new NormalisedInput(norm, steps, counted, axis)))
            : Apart(norm, neuron, currents, steps, counted, channelsBehind)).MoveToOuterDisposeScope();
    }

    /// <summary>What neurons give of normalised tokens; statistics are over T, B and N.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="neuron">The neurons, in multi-step mode.</param>
    /// <param name="tokens">[T, B, N, C].</param>
    /// <returns>[T, B, N, C].</returns>
    /// <exception cref="ArgumentException">There are other than four axes.</exception>
    public static Tensor FireTokens(BatchNorm1d norm, SpikingNeuron neuron, Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentNullException.ThrowIfNull(neuron);
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.dim() != 4)
        {
            throw new ArgumentException(
                $"Neurons of tokens were given [{string.Join(", ", tokens.shape)}]; expected [T, B, N, C].", nameof(tokens));
        }

        LayerInput.RequireNormalised(tokens, norm, 3, "[T, B, N, {0}]");
        using var scope = NewDisposeScope();
        var steps = (int)tokens.shape[0];
        return (Fits(norm, neuron, tokens, steps, axis: 3)
            ? neuron.FireThrough(tokens, new NormalisedInput(norm, steps, steps, 3))
            : neuron.call(norm.call(tokens.flatten(0, 2)).unflatten(0, tokens.shape[..3]))).MoveToOuterDisposeScope();
    }

    private static Tensor Apart(BatchNorm norm, SpikingNeuron neuron, Tensor currents, int steps, long counted, bool channelsBehind)
    {
        Tensor normal;
        using (new RepeatedStatistics(currents.shape[0] == counted ? [] : [norm], counted))
        {
            normal = OverTime.Apply(norm.call, currents);
        }

        return Ordered(
            currents.shape[0] == steps ? normal : TimeRepeat.Repeat(normal[0], steps), channelsBehind, (maps, _) => neuron.call(maps));
    }

    /// <summary>Gives maps [T, B, C, H, W] away as [T, B, H, W, C], and has what comes back in their order.</summary>
    private static Tensor Ordered(Tensor maps, bool channelsBehind, Func<Tensor, int, Tensor> work) =>
        maps.dim() == 5 && (channelsBehind || (maps.stride(2) == 1 && maps.shape[2] > 1))
            ? work(maps.permute(0, 1, 3, 4, 2), 4).permute(0, 1, 4, 2, 3)
            : work(maps, 2);

    /// <summary>The modules of a layer in order; false where a container's hooks, or a state, want it whole.</summary>
    private static bool TakeApart(nn.Module<Tensor, Tensor> layer, List<nn.Module<Tensor, Tensor>> parts)
    {
        if (layer is not (Sequential or OverTime))
        {
            parts.Add(layer);
            return true;
        }

        var children = layer is OverTime sequence ? sequence.Stages : layer.children();
        return !ModuleHooks.Has(layer) && !OverTime.SeesSequences(layer)
            && children.All(child => child is nn.Module<Tensor, Tensor> part && TakeApart(part, parts));
    }

    private static bool Fits(BatchNorm norm, SpikingNeuron neuron, Tensor currents, int steps, int axis)
    {
        var channels = currents.shape[axis];
        var neurons = currents.numel() / Math.Max(1, currents.shape[0]);
        return Enabled && Avx2.IsSupported && Fma.IsSupported && neuron.SeesThrough
            && !ModuleHooks.Has(norm) && !ModuleHooks.Has(neuron)
            && norm is { track_running_stats: true, momentum: not null, num_batches_tracked: not null }
            && new[] { norm.weight, norm.bias, norm.running_mean, norm.running_var }.All(
                numbers => numbers is not null && IsSingle(numbers) && numbers.numel() == channels)
            && IsSingle(currents) && channels % ChannelLayout.Multiple == 0 && neurons % LoopCompiler.Width(single: true) == 0
            && neurons * steps >= LeastValues && currents.numel() > channels;
    }

    private static bool IsSingle(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;
}
