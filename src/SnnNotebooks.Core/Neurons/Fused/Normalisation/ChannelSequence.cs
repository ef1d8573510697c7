using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused.Normalisation;

/// <summary>A sequence of float32 in memory whose elements belong to channels; each step is contiguous.</summary>
/// <param name="Address">Its first element.</param>
/// <param name="Steps">How many steps; of an input that is the same at each, 1.</param>
/// <param name="Stride">Floats from one step to the next.</param>
/// <param name="Neurons">Elements of a step.</param>
/// <param name="Layout">Their channels.</param>
internal readonly unsafe record struct ChannelSequence(nint Address, long Steps, long Stride, long Neurons, ChannelLayout Layout)
{
    /// <summary>Values of a channel.</summary>
    public long Values => Steps * Neurons / Layout.Channels;

    /// <summary>Where a step has an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(long step, long place) => (float*)Address + (step * Stride) + place;
}
