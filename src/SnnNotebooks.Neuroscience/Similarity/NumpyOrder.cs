namespace SnnNotebooks.Similarity;

/// <summary>
/// The order in which NumPy's <c>argsort</c> leaves numbers, equal ones included: quicksort with the median of three as pivot, and
/// insertion sort for parts of at most 16. Published scores of data with ties (spike counts, ranks) depend on it. Processors with AVX-512
/// get another order from NumPy 1.25 on.
/// </summary>
internal static class NumpyOrder
{
    private const int Small = 16;

    /// <summary>The indices of the values from the lowest to the highest.</summary>
    /// <param name="values">Finite numbers.</param>
    public static int[] Of(ReadOnlySpan<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Sort(values, order, 2 * System.Numerics.BitOperations.Log2((uint)Math.Max(values.Length, 1)));
        return order;
    }

    private static void Sort(ReadOnlySpan<double> values, Span<int> order, int depth)
    {
        while (order.Length > Small)
        {
            if (depth-- < 0)
            {
                // quicksort degenerates: NumPy takes heapsort here, and the order of equal numbers is no longer the same
                var keys = new double[order.Length];
                for (var i = 0; i < keys.Length; i++)
                {
                    keys[i] = values[order[i]];
                }

                keys.AsSpan().Sort(order);
                return;
            }

            // the smaller part by recursion, so that the stack stays short
            var pivot = Partition(values, order);
            var left = order[..pivot];
            var right = order[(pivot + 1)..];
            var leftFirst = left.Length <= right.Length;
            Sort(values, leftFirst ? left : right, depth);
            order = leftFirst ? right : left;
        }

        for (var i = 1; i < order.Length; i++)
        {
            var (index, place) = (order[i], i);
            for (; place > 0 && values[index] < values[order[place - 1]]; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = index;
        }
    }

    /// <summary>Moves what is below the pivot before it and what is above behind it; returns the pivot's place.</summary>
    private static int Partition(ReadOnlySpan<double> values, Span<int> order)
    {
        var (last, middle) = (order.Length - 1, (order.Length - 1) / 2);
        SwapIfBelow(values, order, middle, 0);
        SwapIfBelow(values, order, last, middle);
        SwapIfBelow(values, order, middle, 0);
        var pivot = values[order[middle]];
        var (up, down) = (0, last - 1);
        Swap(order, middle, down);
        while (true)
        {
            do
            {
                up++;
            }
            while (values[order[up]] < pivot);
            do
            {
                down--;
            }
            while (pivot < values[order[down]]);
            if (up >= down)
            {
                Swap(order, up, last - 1);
                return up;
            }

            Swap(order, up, down);
        }
    }

    private static void SwapIfBelow(ReadOnlySpan<double> values, Span<int> order, int a, int b)
    {
        if (values[order[a]] < values[order[b]])
        {
            Swap(order, a, b);
        }
    }

    private static void Swap(Span<int> order, int a, int b) => (order[a], order[b]) = (order[b], order[a]);
}
