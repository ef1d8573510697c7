using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Inner products a' V^-1 b of lists of dissimilarities, where V is the covariance that noise of patterns gives them: V = (C K C') squared
/// element by element, C the contrasts of pairs, K the covariance of patterns (J. Diedrichsen et al., 2021, NBDT 5). V is as large as the
/// number of pairs squared; it is not made. With Q = K^-1, a' V^-1 a is the least tr(X Q X Q) of all second moments X that have the
/// distances a. They are X = -D/2 + u 1' + 1 u' with any u, and any entry where a distance is missing, so that the least is found by
/// normal equations in u and those entries.
/// </summary>
internal static class WhitenedProducts
{
    /// <summary>Products of all with all.</summary>
    /// <param name="rows">Dissimilarities; what is not known is not read.</param>
    /// <param name="known">Which pairs are known.</param>
    /// <param name="stimuli">Their number.</param>
    /// <param name="covariance">K; the identity where null.</param>
    public static Matrix<double> Of(double[][] rows, bool[] known, int stimuli, Matrix<double>? covariance)
    {
        (int I, int J, bool Known)[] pairs = [.. RdmSet.PairsOf(stimuli).Zip(known, (pair, has) => (pair.I, pair.J, has))];
        return covariance is null ? Plain(rows, pairs, stimuli) : Weighted(rows, pairs, stimuli, covariance.Inverse());
    }

    /// <summary>Without a covariance missing entries are zero at the least, and only u is looked for.</summary>
    private static Matrix<double> Plain(double[][] rows, (int I, int J, bool Known)[] pairs, int stimuli)
    {
        double[][] kept = [.. rows.Select(row => row.Where((_, pair) => pairs[pair].Known).ToArray())];
        (int I, int J, bool Known)[] known = [.. pairs.Where(pair => pair.Known)];
        var sides = Array.ConvertAll(kept, row => Sides(row, known, stimuli));
        var products = Matrix<double>.Build.Dense(
            rows.Length, rows.Length, (a, b) => b > a ? 0 : RowProduct(kept[a], kept[b]) / 2);
        if (known.Length < pairs.Length)
        {
            return Least(products, Normal(known, stimuli), Matrix<double>.Build.DenseOfColumnArrays(sides));
        }

        // 2 S I + 2 11', whose inverse is (I - 11' / (2 S)) / (2 S)
        double twice = 2 * stimuli;
        var sums = Array.ConvertAll(sides, side => side.Sum());
        return Matrix<double>.Build.Dense(rows.Length, rows.Length, (a, b) => products[Math.Max(a, b), Math.Min(a, b)]
            - ((RowProduct(sides[a], sides[b]) - (sums[a] * sums[b] / twice)) / twice));
    }

    /// <summary>Twice the row sums of -D/2.</summary>
    private static double[] Sides(double[] row, (int I, int J, bool Known)[] known, int stimuli)
    {
        var sides = new double[stimuli];
        for (var place = 0; place < row.Length; place++)
        {
            sides[known[place].I] -= row[place];
            sides[known[place].J] -= row[place];
        }

        return sides;
    }

    private static Matrix<double> Normal((int I, int J, bool Known)[] known, int stimuli)
    {
        var normal = Matrix<double>.Build.DenseDiagonal(stimuli, 4);
        foreach (var (i, j, _) in known)
        {
            (normal[i, i], normal[j, j], normal[i, j], normal[j, i]) = (normal[i, i] + 2, normal[j, j] + 2, 2, 2);
        }

        return normal;
    }

    private static double RowProduct(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static Matrix<double> Weighted(double[][] rows, (int I, int J, bool Known)[] pairs, int stimuli, Matrix<double> q)
    {
        (int I, int J, bool Known)[] missing = [.. pairs.Where(pair => !pair.Known)];
        var (sums, count) = (q.RowSums(), stimuli + missing.Length);
        var total = sums.Sum();
        var normal = Matrix<double>.Build.Dense(count, count);
        for (var i = 0; i < stimuli; i++)
        {
            for (var j = 0; j < stimuli; j++)
            {
                normal[i, j] = 2 * ((q[i, j] * total) + (sums[i] * sums[j]));
            }

            for (var m = 0; m < missing.Length; m++)
            {
                var (k, l, _) = missing[m];
                normal[i, stimuli + m] = normal[stimuli + m, i] = 2 * ((q[i, k] * sums[l]) + (q[i, l] * sums[k]));
            }
        }

        for (var m = 0; m < missing.Length; m++)
        {
            for (var n = 0; n < missing.Length; n++)
            {
                var ((k, l, _), (s, t, _)) = (missing[m], missing[n]);
                normal[stimuli + m, stimuli + n] = 2 * ((q[k, s] * q[l, t]) + (q[k, t] * q[l, s]));
            }
        }

        Matrix<double>[] turned = [.. rows.Select(row => q * Moment(row, pairs, stimuli))]; // Q X
        var sides = Matrix<double>.Build.DenseOfColumnVectors(turned.Select(qx => Vector<double>.Build.DenseOfEnumerable(
            (2 * (qx * sums)).Concat(missing.Select(pair => 2 * qx.Row(pair.I).DotProduct(q.Column(pair.J)))))));
        var products = Matrix<double>.Build.Dense(
            rows.Length, rows.Length, (a, b) => b > a ? 0 : turned[a].Transpose().PointwiseMultiply(turned[b]).RowSums().Sum());
        return Least(products, normal, sides);
    }

    /// <summary>-D/2, zero where a distance is missing.</summary>
    private static Matrix<double> Moment(double[] row, (int I, int J, bool Known)[] pairs, int stimuli)
    {
        var moment = Matrix<double>.Build.Dense(stimuli, stimuli);
        for (var place = 0; place < pairs.Length; place++)
        {
            var (i, j, has) = pairs[place];
            moment[i, j] = moment[j, i] = has ? -row[place] / 2 : 0;
        }

        return moment;
    }

    /// <summary>Products (below the diagonal) less what the unknowns take off; both triangles.</summary>
    private static Matrix<double> Least(Matrix<double> products, Matrix<double> normal, Matrix<double> sides)
    {
        var less = sides.TransposeThisAndMultiply(normal.Cholesky().Solve(sides));
        return Matrix<double>.Build.Dense(products.RowCount, products.ColumnCount,
            (a, b) => products[Math.Max(a, b), Math.Min(a, b)] - less[a, b]);
    }
}
