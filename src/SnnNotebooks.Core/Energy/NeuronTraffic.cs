using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Energy;

/// <summary>
/// What one step of IF and LIF neurons computes and moves, as SpikingJelly's counter of neuron state sees its own code run: every operation
/// on the potential reads and writes it; where the other operand is spikes or half empty, only at its nonzero places.
/// </summary>
internal static class NeuronTraffic
{
    public static NeuronRun Step(string name, SpikingNeuron neuron, Tensor current, long spikes)
    {
        var n = current.numel();
        var given = Places(current, n);
        var leaky = neuron is LIFNode;

        // charge (with a leak: V - V_reset, its difference to the input, the division, the sum), distance to the threshold, comparison
        var (reads, writes) = leaky ? ((5.0 * n) + given, (3.0 * n) + given) : (given, (double)given);
        (reads, writes) = (reads + (leaky ? 1 : 2) * n, writes + n);
        var additions = (leaky ? 3.0 : 1.0) * n;

        // reset: (1 - S) V + S V_reset, or V - S threshold
        var touched = neuron.ResetPotential is not null ? n - spikes
            : neuron.Threshold == 1 || spikes * 2 <= n ? spikes : n;
        var (resets, products) = neuron.ResetPotential is not null ? (1.0 * n, 1.0 * n) : (1.0 * n, 0);
        return new NeuronRun(name, n, additions + n + resets, (leaky ? n : 0) + products, n, reads + touched, writes + touched);
    }

    private static long Places(Tensor current, long n)
    {
        var nonzero = current.count_nonzero().item<long>();
        var isSpiking = current.eq(0).logical_or(current.eq(1)).all().item<bool>();
        return isSpiking || nonzero * 2 <= n ? nonzero : n;
    }
}
