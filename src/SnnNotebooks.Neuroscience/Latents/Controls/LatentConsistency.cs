using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>
/// Whether several fits found the same space up to a linear map: across seeds, sessions and animals (linear identifiability: G. Roeder
/// et al. 2021; as CEBRA reports it: S. Schneider, J. Lee, M. Mathis 2023, R2 of a linear regression between all ordered pairs).
/// </summary>
public static class LatentConsistency
{
    private const double Negligible = 1e-10; // of the largest eigenvalue

    /// <summary>Compares embeddings of the same bins, such as those of several seeds.</summary>
    /// <param name="embeddings">Names and latents [trials, T, D] of at least two; D may differ.</param>
    /// <param name="folds">Parts of the trials for the held-out R2; fewer where there are fewer trials.</param>
    /// <returns>R2 of the maps, [from, to].</returns>
    /// <exception cref="ArgumentException">There are fewer than two, they are not of the same bins, one holds a number that is not finite,
    /// or does not vary.</exception>
    public static ConsistencyTable Between(IReadOnlyList<(string Name, Tensor Latents)> embeddings, int folds = 5)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        Check(embeddings);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var trials = (int)embeddings[0].Latents.shape[0];
        var parts = Math.Min(folds, trials);
        var standard = embeddings.Select(embedding => Standard(embedding.Name, embedding.Latents)).ToArray();
        var starts = new int[standard.Length + 1]; // the first column of all is 1
        starts[0] = 1;
        for (var i = 0; i < standard.Length; i++)
        {
            starts[i + 1] = starts[i] + (int)standard[i].shape[2];
        }

        var all = cat([ones_like(standard[0].narrow(2, 0, 1)), .. standard], 2);
        var moments = Enumerable.Range(0, parts).Select(part => Moment(all, part, parts)).ToArray();
        var whole = moments.Aggregate((sum, part) => sum + part);
        double[,] own = new double[standard.Length, standard.Length], held = new double[standard.Length, standard.Length];
        for (var from = 0; from < standard.Length; from++)
        {
            for (var to = 0; to < standard.Length; to++)
            {
                using var pair = NewDisposeScope();
                var columns = (X: (starts[from], starts[from + 1]), Y: (starts[to], starts[to + 1]));
                own[from, to] = from == to ? 1 : R2([(whole, whole)], columns);
                held[from, to] = from == to ? 1 : parts < 2 ? double.NaN : R2([.. moments.Select(part => (whole - part, part))], columns);
            }
        }

        return new ConsistencyTable([.. embeddings.Select(embedding => embedding.Name)], own, held);
    }

    /// <summary>
    /// Compares embeddings of different recordings, of other sessions or animals, by their mean trajectory in each condition that all of
    /// them have. Longer trials are cut to the shortest.
    /// </summary>
    /// <param name="embeddings">Names, latents [trials, T, D] and a condition for each trial.</param>
    /// <returns>R2 of the maps, [from, to].</returns>
    /// <exception cref="ArgumentException">They share fewer than two conditions; or as <see cref="Between"/>.</exception>
    public static ConsistencyTable AcrossRecordings(
        IReadOnlyList<(string Name, Tensor Latents, IReadOnlyList<string> Conditions)> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Count < 2)
        {
            throw new ArgumentException($"There are {embeddings.Count} embeddings; expected at least two to compare.", nameof(embeddings));
        }

        using var scope = NewDisposeScope();
        var shared = embeddings.Select(embedding => embedding.Conditions.Distinct())
            .Aggregate((common, own) => common.Intersect(own)).Order(StringComparer.Ordinal).ToArray();
        if (shared.Length < 2)
        {
            throw new ArgumentException(
                $"The recordings {string.Join(", ", embeddings.Select(embedding => embedding.Name))} share {shared.Length} conditions; "
                + "expected at least two, of the same names.", nameof(embeddings));
        }

        var bins = embeddings.Min(embedding => embedding.Latents.shape[1]);
        return Between([.. embeddings.Select(embedding => (embedding.Name,
            ConditionMeans.Of(embedding.Latents, embedding.Conditions, shared).narrow(1, 0, bins)))]);
    }

    /// <summary>R2 of maps, each fitted by the moments of training bins and scored by those of test bins.</summary>
    private static double R2(IReadOnlyList<(Tensor Train, Tensor Test)> rounds, ((int First, int End) X, (int First, int End) Y) columns)
    {
        var (x, y) = (cat([tensor(new long[] { 0 }), arange(columns.X.First, columns.X.End, dtype: int64)]),
            arange(columns.Y.First, columns.Y.End, dtype: int64));
        Tensor residual = zeros(y.shape[0], dtype: float64), total = zeros(y.shape[0], dtype: float64);
        foreach (var (train, test) in rounds)
        {
            static Tensor Block(Tensor of, Tensor rows, Tensor columns) => of.index_select(0, rows).index_select(1, columns);
            var weights = PseudoInverse(Block(train, x, x)).Product(Block(train, x, y));
            var squares = Block(test, y, y).diagonal();
            residual += squares - (2 * (weights * Block(test, x, y)).sum([0])) + (weights * Block(test, x, x).Product(weights)).sum([0]);
            var mean = train[0].index_select(0, y) / train[0, 0];
            total += squares - (2 * mean * test[0].index_select(0, y)) + (mean.square() * test[0, 0]);
        }

        return (1 - (residual / total)).mean().ToDouble();
    }

    private static Tensor Moment(Tensor all, int part, int parts)
    {
        var own = Enumerable.Range(0, (int)all.shape[0]).Where(trial => trial % parts == part).Select(trial => (long)trial).ToArray();
        var rows = all.index_select(0, tensor(own)).flatten(0, 1);
        return rows.t().Product(rows);
    }

    private static Tensor PseudoInverse(Tensor gram)
    {
        var (values, vectors) = linalg.eigh(gram);
        var kept = values > Negligible * values[-1];
        return (vectors * where(kept, 1 / values, zeros_like(values))).Product(vectors.t());
    }

    // dimensions that do not vary say nothing and are left out
    private static Tensor Standard(string name, Tensor latents)
    {
        var values = latents.detach().cpu().to(float64);
        var spread = values.std([0, 1], unbiased: false);
        var varying = spread.gt(1e-12 * spread.max()).nonzero().squeeze(1);
        var finite = values.isfinite().all().ToBoolean();
        if (!finite || varying.numel() == 0)
        {
            throw new ArgumentException(
                $"The embedding {name} {(finite ? "does not vary" : "holds numbers that are not finite")}; expected finite numbers that "
                + "vary.", nameof(latents));
        }

        return ((values - values.mean([0, 1], keepdim: true)) / spread.clamp(min: 1e-300)).index_select(2, varying);
    }

    private static void Check(IReadOnlyList<(string Name, Tensor Latents)> embeddings)
    {
        if (embeddings.Count < 2)
        {
            throw new ArgumentException($"There are {embeddings.Count} embeddings; expected at least two to compare.", nameof(embeddings));
        }

        var first = embeddings[0].Latents;
        foreach (var (name, latents) in embeddings)
        {
            if (latents.dim() != 3 || latents.numel() == 0 || !latents.shape.AsSpan(..2).SequenceEqual(first.shape.AsSpan(..2)))
            {
                throw new ArgumentException(
                    $"The embedding {name} is [{string.Join(", ", latents.shape)}] and {embeddings[0].Name} is "
                    + $"[{string.Join(", ", first.shape)}]; expected [trials, T, D] of the same trials and bins.", nameof(embeddings));
            }
        }
    }
}
