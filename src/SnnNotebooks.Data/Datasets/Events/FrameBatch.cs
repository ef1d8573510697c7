using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>Recordings with different numbers of frames in one batch.</summary>
public static class FrameBatch
{
    /// <summary>Puts sequences into one batch, the shorter ones followed by zeros.</summary>
    /// <param name="sequences">Tensors [T, ...] that differ in T only.</param>
    /// <returns>The batch [T, B, ...], T that of the longest, and the lengths; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is none, or they differ in more than T.</exception>
    public static (Tensor Batch, IReadOnlyList<long> Lengths) Pad(IReadOnlyList<Tensor> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0 || sequences.Any(sequence => !sequence.shape.Skip(1).SequenceEqual(sequences[0].shape.Skip(1))))
        {
            throw new ArgumentException(
                $"{sequences.Count} sequences cannot be one batch: "
                + $"[{string.Join("], [", sequences.Take(8).Select(sequence => string.Join(", ", sequence.shape)))}]. Expected one or "
                + "more that differ in the first axis only.", nameof(sequences));
        }

        var batch = nn.utils.rnn.pad_sequence([.. sequences], batch_first: false);
        return (batch, [.. sequences.Select(sequence => sequence.shape[0])]);
    }

    /// <summary>Which steps of a padded batch hold data (SpikingJelly's <c>padded_sequence_mask</c>).</summary>
    /// <param name="lengths">The lengths of the sequences.</param>
    /// <returns>Bool [T, B], T the largest length; the caller disposes it.</returns>
    public static Tensor Mask(IReadOnlyList<long> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        using var scope = NewDisposeScope();
        var steps = arange(lengths.Count == 0 ? 0 : lengths.Max(), ScalarType.Int64).unsqueeze(1);
        return steps.lt(tensor(lengths.ToArray()).unsqueeze(0)).MoveToOuterDisposeScope();
    }
}
