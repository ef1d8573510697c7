namespace SnnNotebooks.Latents;

/// <summary>A symmetric graph of neighbours: of each point those it is joined to, and how strongly.</summary>
/// <param name="Starts">[n + 1]: where each point's entries begin.</param>
/// <param name="Places">The other point of each entry, in ascending order within a point.</param>
/// <param name="Values">The strength of each entry.</param>
internal sealed record NeighbourGraph(int[] Starts, int[] Places, double[] Values)
{
    /// <summary>Joins what each point says of its neighbours.</summary>
    /// <param name="neighbours">Of n points.</param>
    /// <param name="weights">One for each neighbour.</param>
    /// <param name="join">Of the weights that two points give each other; 0 from one that does not know the other. Symmetric.</param>
    public static NeighbourGraph Symmetric(ExactNeighbours neighbours, double[] weights, Func<double, double, double> join)
    {
        var size = weights.Length / neighbours.Count;
        var (keys, values) = (new long[2 * weights.Length], new double[2 * weights.Length]);
        for (var i = 0; i < weights.Length; i++)
        {
            var (own, other) = ((long)(i / neighbours.Count), (long)neighbours.Places[i]);
            (keys[2 * i], keys[(2 * i) + 1]) = ((own * size) + other, (other * size) + own);
            (values[2 * i], values[(2 * i) + 1]) = (weights[i], weights[i]);
        }

        Array.Sort(keys, values);
        var starts = new int[size + 1];
        List<int> places = new(keys.Length);
        List<double> joined = new(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            var both = i + 1 < keys.Length && keys[i + 1] == keys[i];
            starts[(int)(keys[i] / size) + 1]++;
            places.Add((int)(keys[i] % size));
            joined.Add(join(values[i], both ? values[i + 1] : 0));
            i += both ? 1 : 0;
        }

        for (var point = 0; point < size; point++)
        {
            starts[point + 1] += starts[point];
        }

        return new NeighbourGraph(starts, [.. places], [.. joined]);
    }
}
