using System.Numerics;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Deployment;

/// <summary>The elements of a step that are not zero.</summary>
internal static class Spikes
{
    /// <summary>Lists them in the order of their places.</summary>
    /// <param name="values">All elements.</param>
    /// <param name="places">Takes where they are; one longer than <paramref name="values"/>.</param>
    /// <param name="amounts">Takes what they are; as long.</param>
    /// <returns>How many there are.</returns>
    public static int Collect(ReadOnlySpan<float> values, Span<int> places, Span<float> amounts)
    {
        var count = 0;
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var block = 0; block < blocks.Length; block++)
        {
            if (Vector.EqualsAll(blocks[block], Vector<float>.Zero))
            {
                continue;
            }

            var first = block * Vector<float>.Count;
            count = Collect(values, first, first + Vector<float>.Count, count, places, amounts);
        }

        return Collect(values, blocks.Length * Vector<float>.Count, values.Length, count, places, amounts);
    }

    private static int Collect(ReadOnlySpan<float> values, int from, int to, int count, Span<int> places, Span<float> amounts)
    {
        for (var i = from; i < to; i++)
        {
            // without a branch on the spike, which nobody can foretell: what is written for a zero is overwritten by the next
            (places[count], amounts[count]) = (i, values[i]);
            count += values[i] != 0 ? 1 : 0;
        }

        return count;
    }
}
