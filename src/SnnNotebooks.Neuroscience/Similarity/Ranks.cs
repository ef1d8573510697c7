using System.Numerics;
using SnnNotebooks.Native;

namespace SnnNotebooks.Similarity;

/// <summary>What equal values get as ranks.</summary>
public enum RankTies
{
    /// <summary>
    /// Different ranks, in the order in which NumPy's quicksort leaves them: what a double argsort gives, as in the papers' code. Distances
    /// that are equal in real numbers and differ by rounding, many where responses have two values, rank by the rounding: NumPy's differs
    /// from one BLAS to another, and scores then by some 1e-4. <see cref="Average"/> does not depend on it.
    /// </summary>
    Ordinal,

    /// <summary>
    /// The mean of the ranks they take together: the textbook's Spearman correlation. Values within 1e-12 of each other, next to each other
    /// in order, count as equal.
    /// </summary>
    Average,
}

/// <summary>Ranks of numbers.</summary>
internal static class Ranks
{
    private const double Tolerance = 1e-12;

    /// <summary>The place of each value in the sorted order, from 0; equal values in the order of <see cref="NumpyOrder"/>.</summary>
    /// <param name="values">Finite numbers.</param>
    public static int[] Ordinal(ReadOnlySpan<double> values)
    {
        var ranks = LargePages.Array<int>(values.Length);
        var sorted = Sorted.Of(values);
        if (!sorted.HasEqual)
        {
            for (var place = 0; place < ranks.Length; place++)
            {
                ranks[sorted[place]] = place;
            }

            return ranks;
        }

        var order = NumpyOrder.Of(values);
        for (var place = 0; place < ranks.Length; place++)
        {
            ranks[order[place]] = place;
        }

        return ranks;
    }

    /// <summary>The same, where equal values share the mean of their places.</summary>
    /// <param name="values">Finite numbers.</param>
    public static double[] Average(ReadOnlySpan<double> values)
    {
        var ranks = new double[values.Length];
        var order = Sorted.Of(values);
        for (var first = 0; first < ranks.Length;)
        {
            var last = first;
            while (last + 1 < ranks.Length
                && values[order[last + 1]] - values[order[last]] <= Tolerance * Math.Max(1, Math.Abs(values[order[last]])))
            {
                last++;
            }

            for (var place = first; place <= last; place++)
            {
                ranks[order[place]] = (first + last) / 2.0;
            }

            first = last + 1;
        }

        return ranks;
    }

    /// <summary>
    /// Numbers in ascending order, by a radix sort that is linear in their number: a movie of 3,600 frames has 6.5 million pairs. What is
    /// sorted is one word for each number: its place between the lowest and the highest in the upper bits, its index in the lower ones.
    /// Numbers that share their upper bits lie side by side afterwards, and are put in order by comparison.
    /// </summary>
    private sealed class Sorted
    {
        private const int DigitBits = 11;
        private const int Buckets = 1 << DigitBits;
        private const int MostDigits = 4;

        private readonly ulong[] words;
        private readonly ulong indexMask;

        private Sorted(ulong[] words, int indexBits, bool hasEqual) =>
            (this.words, indexMask, HasEqual) = (words, (1UL << indexBits) - 1, hasEqual);

        /// <summary>Whether two of the numbers are equal.</summary>
        public bool HasEqual { get; }

        /// <summary>The index of the number at a place of the order.</summary>
        public int this[int place] => (int)(words[place] & indexMask);

        /// <summary>Sorts.</summary>
        public static Sorted Of(ReadOnlySpan<double> values)
        {
            var indexBits = 32 - BitOperations.LeadingZeroCount((uint)values.Length);
            var digits = Math.Min(MostDigits, (64 - indexBits) / DigitBits);
            var words = LargePages.Array<ulong>(values.Length);
            var counts = Pack(values, words, indexBits, digits);
            var other = LargePages.Array<ulong>(values.Length);
            for (var digit = 0; digit < digits; digit++)
            {
                var places = counts.AsSpan(digit * Buckets, Buckets);
                if (places.Contains(words.Length))
                {
                    continue; // all have the same digit
                }

                Distribute(words, other, places, indexBits + (digit * DigitBits));
                (words, other) = (other, words);
            }

            return new Sorted(words, indexBits, Refine(values, words, indexBits));
        }

        /// <summary>Makes the words; returns how often every digit occurs.</summary>
        private static int[] Pack(ReadOnlySpan<double> values, ulong[] words, int indexBits, int digits)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var value in values)
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }

            // rounding never changes an order; where the range is no number, all words are alike and comparison does the work
            var scale = ((1L << (digits * DigitBits)) - 1) / (high - low);
            scale = double.IsFinite(scale) && double.IsFinite(high - low) ? scale : 0;
            var counts = new int[digits * Buckets];
            for (var i = 0; i < words.Length; i++)
            {
                var key = scale > 0 ? (ulong)((values[i] - low) * scale) : 0;
                words[i] = (key << indexBits) | (uint)i;
                for (var digit = 0; digit < digits; digit++)
                {
                    counts[(digit * Buckets) + (int)(key & (Buckets - 1))]++;
                    key >>= DigitBits;
                }
            }

            return counts;
        }

        private static void Distribute(ulong[] from, ulong[] to, Span<int> places, int shift)
        {
            var sum = 0;
            foreach (ref var place in places)
            {
                (place, sum) = (sum, sum + place);
            }

            foreach (var word in from)
            {
                to[places[(int)(word >> shift) & (Buckets - 1)]++] = word;
            }
        }

        /// <summary>Puts numbers that share their upper bits in order; returns whether any are equal.</summary>
        private static bool Refine(ReadOnlySpan<double> values, ulong[] words, int indexBits)
        {
            var equal = false;
            for (int start = 0, end; start < words.Length; start = end)
            {
                var key = words[start] >> indexBits;
                for (end = start + 1; end < words.Length && words[end] >> indexBits == key;)
                {
                    end++;
                }

                if (end > start + 1)
                {
                    equal |= SortRun(values, words.AsSpan(start, end - start), (1UL << indexBits) - 1);
                }
            }

            return equal;
        }

        private static bool SortRun(ReadOnlySpan<double> values, Span<ulong> run, ulong indexMask)
        {
            var numbers = new double[run.Length];
            for (var i = 0; i < run.Length; i++)
            {
                numbers[i] = values[(int)(run[i] & indexMask)];
            }

            numbers.AsSpan().Sort(run);
            for (var i = 1; i < numbers.Length; i++)
            {
                if (numbers[i] == numbers[i - 1])
                {
                    return true;
                }
            }

            return false;
        }
    }
}
