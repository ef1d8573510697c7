namespace SnnNotebooks.Latents;

/// <summary>t-SNE's probabilities of neighbours.</summary>
internal static class TsneAffinities
{
    private const int MostSteps = 100;
    private const double Enough = 1e-5; // of the entropy

    /// <summary>p_ij, symmetric; all together are 1.</summary>
    /// <param name="neighbours">Of n points.</param>
    /// <param name="perplexity">exp of the entropy that each point's probabilities have.</param>
    public static NeighbourGraph Of(ExactNeighbours neighbours, double perplexity)
    {
        double[] weights = [.. Enumerable.Range(0, neighbours.Places.Length / neighbours.Count).AsParallel().AsOrdered()
            .WithDegreeOfParallelism(TorchSharp.torch.get_num_threads())
            .SelectMany(point => Conditional(neighbours.Distances.AsSpan(point * neighbours.Count, neighbours.Count), perplexity))];
        var joint = NeighbourGraph.Symmetric(neighbours, weights, (p, q) => p + q);
        var sum = joint.Values.Sum();
        return joint with { Values = Array.ConvertAll(joint.Values, value => value / sum) };
    }

    /// <summary>
    /// p_j|i: weights exp(-beta d^2) whose entropy is the logarithm of the perplexity, by bisection on beta. Where more neighbours than the
    /// perplexity are the nearest, all at one distance, as bins of few spikes are, those share the weight.
    /// </summary>
    /// <param name="distances">d, nearest first.</param>
    /// <param name="perplexity">At most as many as distances.</param>
    /// <returns>As many weights; their sum is 1.</returns>
    public static double[] Conditional(ReadOnlySpan<double> distances, double perplexity)
    {
        var (beta, low, high, wanted) = (1.0, double.NegativeInfinity, double.PositiveInfinity, Math.Log(perplexity));
        var weights = new double[distances.Length];
        var nearest = distances.Length == 0 ? 0 : distances[0] * distances[0]; // shares do not know it; less it, never all vanish
        for (var step = 0; step < MostSteps; step++)
        {
            var (sum, moment) = (0.0, 0.0);
            for (var k = 0; k < weights.Length; k++)
            {
                weights[k] = Math.Exp(-((distances[k] * distances[k]) - nearest) * beta);
                sum += weights[k];
            }

            for (var k = 0; k < weights.Length; k++)
            {
                weights[k] /= sum;
                moment += ((distances[k] * distances[k]) - nearest) * weights[k];
            }

            var gap = Math.Log(sum) + (beta * moment) - wanted;
            if (Math.Abs(gap) <= Enough)
            {
                break;
            }

            (low, high) = gap > 0 ? (beta, high) : (low, beta);
            beta = gap > 0
                ? double.IsPositiveInfinity(high) ? beta * 2 : (beta + high) / 2
                : double.IsNegativeInfinity(low) ? beta / 2 : (beta + low) / 2;
        }

        return weights;
    }
}
