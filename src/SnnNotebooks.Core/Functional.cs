using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using TorchSharp;
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
    public static void SetBackend(nn.Module network, NeuronBackend backend) => ForEach<SpikingNeuron>(network, neuron => neuron.Backend = backend);

    /// <summary>Runs a network on a long sequence piece by piece, its state carried on: less memory at a time where no graph is kept.</summary>
    /// <param name="network">Maps [T, N, ...] to [T, N, ...'].</param>
    /// <param name="input">[T, N, ...].</param>
    /// <param name="length">Time steps of a piece, at least 1.</param>
    /// <returns>What one call on the whole sequence gives.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    public static Tensor InPieces(nn.Module<Tensor, Tensor> network, Tensor input, long length)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        using var scope = NewDisposeScope();
        return cat([.. input.split(length, 0).Select(network.call)], 0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The backward pass of a loss. Where it runs into the graph of an earlier pass, the message names the modules whose state kept that
    /// graph; a <see cref="StateScope"/> around each pass avoids it.
    /// </summary>
    /// <param name="network">The network the loss was computed with.</param>
    /// <param name="loss">The loss, one number.</param>
    /// <exception cref="InvalidOperationException">The graph of an earlier pass was met, or the gradient of one of the kit's modules failed.</exception>
    public static void Backward(nn.Module network, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        try
        {
            BackwardPass.Run(loss, start => start.backward());
        }
        catch (ExternalException refused) when (refused.Message.Contains("backward through the graph a second time", StringComparison.Ordinal))
        {
            var keepers = network.named_modules().Append((string.Empty, network))
                .Where(entry => entry.Item2 is IStateful { ContinuesGraph: true })
                .Select(entry => entry.Item1.Length > 0 ? $"{entry.Item1} ({entry.Item2.GetName()})" : entry.Item2.GetName())
                .Distinct()
                .ToList();
            throw new InvalidOperationException(
                keepers.Count == 0
                    ? "The backward pass ran through a graph a second time, and no neuron's state kept it: compute the loss anew before each backward pass."
                    : $"The backward pass ran into the graph of an earlier one, which the state of {string.Join(", ", keepers)} kept: after each pass call Functional.Reset(network) for independent inputs or Functional.Detach(network) to go on, or use a StateScope.",
                refused);
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
