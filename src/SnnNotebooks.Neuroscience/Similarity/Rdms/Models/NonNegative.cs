using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Least squares with weights of at least 0 from normal equations, by an active set (R. Bro, S. de Jong, 1997, J. Chemometrics 11, 393).
/// The gradient is judged against the size of the problem; rsatoolbox's fixed limit never ends on numbers above about 1.
/// </summary>
internal static class NonNegative
{
    private const double Small = 1e-12; // of the largest right-hand side
    private const int MostRounds = 10; // of as many weights

    public static double[] Solve(Matrix<double> normal, Vector<double> target)
    {
        var count = target.Count;
        var weights = new double[count];
        var free = new bool[count];
        var limit = Small * target.AbsoluteMaximum();
        for (var round = 0; round < MostRounds * count; round++)
        {
            var gradient = target - (normal * Vector<double>.Build.DenseOfArray(weights));
            var steepest = Enumerable.Range(0, count).Where(place => !free[place] && gradient[place] > limit)
                .OrderByDescending(place => gradient[place]).Select(place => (int?)place).FirstOrDefault();
            if (steepest is not { } next)
            {
                break;
            }

            free[next] = true;
            var found = Free(normal, target, free);
            while (Enumerable.Range(0, count).Any(place => free[place] && found[place] < 0))
            {
                // as far towards the solution as no weight falls below 0; the one that reaches it is fixed there
                var (share, hit) = Enumerable.Range(0, count).Where(place => free[place] && found[place] < 0)
                    .Select(place => (weights[place] / (weights[place] - found[place]), place)).Min();
                for (var place = 0; place < count; place++)
                {
                    weights[place] += free[place] ? share * (found[place] - weights[place]) : 0;
                }

                (weights[hit], free[hit]) = (0, false);
                found = Free(normal, target, free);
            }

            weights = found;
        }

        return weights;
    }

    private static double[] Free(Matrix<double> normal, Vector<double> target, bool[] free)
    {
        int[] places = [.. Enumerable.Range(0, free.Length).Where(place => free[place])];
        var weights = new double[free.Length];
        if (places.Length > 0)
        {
            var part = Matrix<double>.Build.Dense(places.Length, places.Length, (i, j) => normal[places[i], places[j]]);
            var solved = part.Solve(Vector<double>.Build.Dense(places.Length, i => target[places[i]]));
            for (var i = 0; i < places.Length; i++)
            {
                weights[places[i]] = solved[i];
            }
        }

        return weights;
    }
}
