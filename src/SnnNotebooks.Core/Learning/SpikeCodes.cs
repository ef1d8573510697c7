using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>Targets and readings of spike trains.</summary>
public static class SpikeCodes
{
    /// <summary>One-hot labels in which every class has several neurons.</summary>
    /// <param name="labels">Classes [N], whole numbers from 0.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="neurons">Neurons for each class, at least 1.</param>
    /// <returns>[N, classes * neurons], float32: class c has ones at c * neurons to c * neurons + neurons - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Tensor RedundantOneHot(Tensor labels, int classes, int neurons)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        using var scope = NewDisposeScope();
        return nn.functional.one_hot(labels.to(ScalarType.Int64), classes).to(ScalarType.Float32).repeat_interleave(neurons, dim: 1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the first spike of each neuron.</summary>
    /// <param name="spikes">[..., T], 0 or 1: time is the last axis.</param>
    /// <returns>The same shape; 1 at the first spike, else 0.</returns>
    public static Tensor FirstSpike(Tensor spikes)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        using var scope = NewDisposeScope();

        // summed twice: 1 only where the first spike is, as from the next step on at least 2
        return spikes.cumsum(-1).cumsum(-1).eq(1).to(spikes.dtype).MoveToOuterDisposeScope();
    }
}
