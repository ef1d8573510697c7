namespace SnnNotebooks.Latents;

/// <summary>UMAP's fuzzy graph of neighbours (L. McInnes et al. 2018, as umap-learn computes it).</summary>
internal static class UmapGraph
{
    private const int MostSteps = 64;
    private const double Enough = 1e-5; // of the sum of memberships
    private const double LeastScale = 1e-3; // of sigma, as a share of the mean distance

    /// <summary>The union of all points' neighbourhoods.</summary>
    /// <param name="neighbours">Of n points, without themselves.</param>
    public static NeighbourGraph Of(ExactNeighbours neighbours)
    {
        var (size, count) = (neighbours.Places.Length / neighbours.Count, neighbours.Count);
        var mean = neighbours.Distances.Sum() / (size * (count + 1.0)); // the point itself, at 0, counts
        var weights = new double[neighbours.Distances.Length];
        for (var point = 0; point < size; point++)
        {
            Memberships(neighbours.Distances.AsSpan(point * count, count), mean).CopyTo(weights, point * count);
        }

        return NeighbourGraph.Symmetric(neighbours, weights, (one, other) => one + other - (one * other));
    }

    /// <summary>
    /// exp(-(d - rho) / sigma), rho the nearest distance above 0, sigma such that the sum is log2 of the neighbours, the point included.
    /// </summary>
    /// <param name="distances">Nearest first, without the point itself.</param>
    /// <param name="mean">Mean distance over all points.</param>
    public static double[] Memberships(ReadOnlySpan<double> distances, double mean)
    {
        var (rho, sum) = (0.0, 0.0);
        foreach (var distance in distances)
        {
            rho = rho == 0 ? distance : rho;
            sum += distance;
        }

        var sigma = Scale(distances, rho);
        sigma = Math.Max(sigma, LeastScale * (rho > 0 ? sum / (distances.Length + 1) : mean));
        var weights = new double[distances.Length];
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = distances[k] <= rho || sigma == 0 ? 1 : Math.Exp(-(distances[k] - rho) / sigma);
        }

        return weights;
    }

    private static double Scale(ReadOnlySpan<double> distances, double rho)
    {
        var (low, sigma, high, wanted) = (0.0, 1.0, double.PositiveInfinity, Math.Log2(distances.Length + 1));
        for (var step = 0; step < MostSteps; step++)
        {
            var sum = 0.0;
            foreach (var distance in distances)
            {
                sum += distance > rho ? Math.Exp(-(distance - rho) / sigma) : 1;
            }

            if (Math.Abs(sum - wanted) < Enough)
            {
                break;
            }

            (low, high) = sum > wanted ? (low, sigma) : (sigma, high);
            sigma = double.IsPositiveInfinity(high) ? sigma * 2 : (low + high) / 2;
        }

        return sigma;
    }
}
