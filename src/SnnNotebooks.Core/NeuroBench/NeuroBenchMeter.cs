using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>
/// Measures the complexity metrics of NeuroBench by running a network. Counted are convolutions, linear layers, token maps
/// (<see cref="ITokenMap"/>) and recurrent cells, as NeuroBench counts them, its conventions for cells included: states count as they are,
/// not as ones, in the dense operations of an LSTM cell. A layer that two names share is counted at every call once (NeuroBench counts it
/// for each name again); a cell called without a state starts from zeros, as it computes. A layer that sees all time steps in one call is
/// told additions or multiplications for all of them together; one that is
/// computed once for all time steps, as first layers are here, counts once.
/// </summary>
public static class NeuroBenchMeter
{
    /// <summary>Runs a network in evaluation mode and counts; its mode is restored, its state reset.</summary>
    /// <param name="network">The network; its state is reset before every batch.</param>
    /// <param name="batches">Inputs; each is run by one call.</param>
    /// <param name="batchAxis">The inputs' axis that counts inputs: 0, or 1 for sequences [T, B, ...].</param>
    /// <returns>The metrics; operations and updates are those of one input, the mean over all.</returns>
    /// <exception cref="ArgumentException">There is no batch, or one has no such axis.</exception>
    public static NeuroBenchReport Measure(nn.Module<Tensor, Tensor> network, IEnumerable<Tensor> batches, int batchAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfNegative(batchAxis);
        return Measure(network, batches.Select(batch => batch.dim() > batchAxis
            ? (batch.shape[batchAxis], (Action)(() => network.call(batch)))
            : throw new ArgumentException(
                $"A batch is [{string.Join(", ", batch.shape)}]; expected one with an axis {batchAxis} that counts inputs.",
                nameof(batches))));
    }

    /// <summary>The same for a network of any signature.</summary>
    /// <param name="network">The network; its state is reset before every run.</param>
    /// <param name="runs">How many inputs each run takes, and what runs the network on them.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentException">There is no run, or one takes no input.</exception>
    public static NeuroBenchReport Measure(nn.Module network, IEnumerable<(long Inputs, Action Run)> runs)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(runs);
        using var off = no_grad();
        using var synapses = new SynapseCount(network);
        using var neurons = new NeuronCount(network);
        var training = network.training;
        var (inputs, sparsity) = (0L, 0.0);
        try
        {
            network.eval();
            foreach (var (size, run) in runs)
            {
                if (size < 1)
                {
                    throw new ArgumentException($"A run takes {size} inputs; expected at least 1.", nameof(runs));
                }

                using var scope = NewDisposeScope();
                Functional.Reset(network);
                neurons.Begin();
                run();
                inputs += size;
                sparsity += size * neurons.BatchSparsity;
            }
        }
        finally
        {
            Functional.Reset(network);
            network.train(training);
        }

        if (inputs == 0)
        {
            throw new ArgumentException("There is no batch to count.", nameof(runs));
        }

        return new NeuroBenchReport(
            network.parameters().Sum(Bytes) + network.buffers().Sum(Bytes),
            network.parameters().Sum(parameter => parameter.numel()),
            ConnectionZeros.Share(network),
            sparsity / inputs,
            neurons.Layers,
            synapses.Macs / inputs,
            synapses.Acs / inputs,
            synapses.Dense / inputs,
            neurons.Updates / inputs,
            neurons.Operations / inputs,
            neurons.DenseOperations / inputs,
            [.. synapses.Uncounted, .. neurons.Uncounted]);
    }

    private static long Bytes(Tensor tensor) => tensor.numel() * tensor.element_size();
}
