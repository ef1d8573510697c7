using System.Runtime.InteropServices;
using SnnNotebooks.Memory;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>What is done to a whole network.</summary>
public static class Functional
{
    /// <summary>Resets the state of every stateful module in the network. Call it between independent inputs.</summary>
    /// <param name="network">The network, or one module.</param>
    public static void Reset(nn.Module network) => ForEach<IStateful>(network, module => module.Reset());

    /// <summary>Detaches the state of every stateful module, so that the next backward pass stops here.</summary>
    /// <param name="network">The network, or one module.</param>
    public static void Detach(nn.Module network) => ForEach<IStateful>(network, module => module.Detach());

    /// <summary>Sets the step mode of every neuron in the network that has both.</summary>
    /// <param name="network">The network, or one module.</param>
    /// <param name="mode">One step or a whole sequence per call.</param>
    public static void SetStepMode(nn.Module network, StepMode mode) => ForEach<IStepMode>(network, module => module.StepMode = mode);

    /// <summary>Sets the backend of every neuron in the network.</summary>
    /// <param name="network">The network, or one module.</param>
    /// <param name="backend">The implementation to use.</param>
    public static void SetBackend(nn.Module network, NeuronBackend backend) =>
        ForEach<SpikingNeuron>(network, neuron => neuron.Backend = backend);

    /// <summary>
    /// Sets whether the blocks of a network keep only their input in training and are computed a second time in the backward pass
    /// (T. Chen et al., arXiv:1604.06174; <see cref="Recomputed"/>): results and gradients are the same bits, a step takes less memory and
    /// one more forward pass. Each step then starts from rest. Blocks within a module that carries a state from step to step of the
    /// sequence are left as they are.
    /// </summary>
    /// <param name="network">The network, or one module.</param>
    /// <param name="on">Whether they are.</param>
    /// <returns>How many parts that are; 0 where the network has none (<see cref="IRecomputable"/>).</returns>
    public static int Recompute(nn.Module network, bool on = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network switch
        {
            IRecomputable parts => parts.Recompute(on),
            IStateful => 0,
            _ => network.children().Sum(child => Recompute(child, on)),
        };
    }

    /// <summary>
    /// Runs a network on a long sequence piece by piece, its state carried on: less memory at a time where no graph is kept.
    /// </summary>
    /// <param name="network">Maps [T, N, ...] to [T, N, ...']; in evaluation mode where it normalises batches or drops neurons.</param>
    /// <param name="input">[T, N, ...].</param>
    /// <param name="length">Time steps of a piece, at least 1.</param>
    /// <returns>What one call on the whole sequence gives.</returns>
    /// <exception cref="ArgumentException">A module, named in the message, would give other values for pieces than for the
    /// whole.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    public static Tensor InPieces(nn.Module<Tensor, Tensor> network, Tensor input, long length)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        RefusePieces(network);
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        foreach (var piece in input.split(length, 0))
        {
            var output = network.call(piece);
            if (output.dim() < 2 || piece.dim() < 2 || !output.shape.AsSpan(0, 2).SequenceEqual(piece.shape.AsSpan(0, 2)))
            {
                throw new ArgumentException(
                    $"{network.GetName()} gives [{string.Join(", ", output.shape)}] for a piece of [{string.Join(", ", piece.shape)}]; "
                    + "pieces can be put together where [T, N, ...] becomes [T, N, ...'].", nameof(network));
            }

            outputs.Add(output);
        }

        return cat(outputs, 0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The backward pass of a loss. Where it runs into the graph of an earlier pass, the message names the modules whose state kept that
    /// graph; a <see cref="StateScope"/> around each pass avoids it.
    /// </summary>
    /// <param name="network">The network the loss was computed with.</param>
    /// <param name="loss">The loss, one number.</param>
    /// <exception cref="InvalidOperationException">The graph of an earlier pass was met, or the gradient of one of the kit's modules
    /// failed.</exception>
    public static void Backward(nn.Module network, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        try
        {
            BackwardPass.Run(loss, start => start.backward());
        }
        catch (Exception refused) when ((refused.InnerException ?? refused).Message.Contains(
            GraphNode.SecondTime, StringComparison.Ordinal))
        {
            var keepers = network.named_modules().Append((string.Empty, network))
                .Where(entry => entry.Item2 is IStateful { ContinuesGraph: true })
                .Select(entry => entry.Item1.Length > 0 ? $"{entry.Item1} ({entry.Item2.GetName()})" : entry.Item2.GetName())
                .Distinct()
                .ToList();
            throw new InvalidOperationException(
                keepers.Count == 0
                    ? "The backward pass ran through a graph a second time, and no neuron's state kept it: compute the loss anew before "
                        + "each backward pass."
                    : $"The backward pass ran into the graph of an earlier one, which the state of {string.Join(", ", keepers)} kept: "
                        + "after each pass call Functional.Reset(network) for independent inputs or Functional.Detach(network) to go on, "
                        + "or use a StateScope.",
                refused);
        }
    }

    private static void RefusePieces(nn.Module network)
    {
        foreach (var (name, module) in network.named_modules().Prepend((string.Empty, network)))
        {
            var reason = module switch
            {
                IWholeSequence { NeedsWholeSequence: true } => "takes the whole sequence in one call",
                IStepMode { StepMode: StepMode.Single } => "takes one step in a call: set its StepMode to Multi",
                NormBase { training: true } => "is in training mode and takes its statistics over time: call eval() first",
                Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout when module.training =>
                    "is in training mode and draws anew for each piece: call eval() first",
                _ => null,
            };
            if (reason is not null)
            {
                throw new ArgumentException(
                    $"{(name.Length > 0 ? $"{name} ({module.GetName()})" : module.GetName())} {reason}: a sequence in pieces would give "
                    + "other values than the whole.", nameof(network));
            }
        }
    }

    private static void ForEach<T>(nn.Module network, Action<T> action)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(network);
        foreach (var module in network.modules().Append(network).OfType<T>().Distinct())
        {
            action(module);
        }
    }
}
