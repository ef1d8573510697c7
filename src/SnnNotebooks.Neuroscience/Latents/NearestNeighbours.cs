using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Decoding by the nearest known examples.</summary>
public static class NearestNeighbours
{
    private const int RowsAtOnce = 1024;

    /// <summary>Labels by a vote of the k nearest examples; of labels with equal votes that of the nearest among them.</summary>
    /// <param name="examples">[n, D].</param>
    /// <param name="labels">n labels.</param>
    /// <param name="queries">[m, D].</param>
    /// <param name="k">How many vote, 1 to n.</param>
    /// <param name="cosine">Whether nearness is the cosine of the angle; else it is the distance.</param>
    /// <returns>m labels.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static long[] Predict(Tensor examples, IReadOnlyList<long> labels, Tensor queries, int k, bool cosine = true)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(queries);
        if (examples.dim() != 2 || queries.dim() != 2 || examples.shape[1] != queries.shape[1] || examples.shape[0] != labels.Count
            || k < 1 || k > labels.Count)
        {
            throw new ArgumentException(
                $"Examples are [{string.Join(", ", examples.shape)}], queries [{string.Join(", ", queries.shape)}], with "
                + $"{labels.Count} labels and k = {k}; expected [n, D], [m, D], n labels and k of 1 to n.");
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        // float64: beside each other and far from the origin, points differ in the last digits
        Tensor Prepared(Tensor points) => cosine ? nn.functional.normalize(points.to(float64), dim: 1) : points.to(float64);
        var (known, asked) = (Prepared(examples), Prepared(queries));
        var answers = new long[queries.shape[0]];
        for (var start = 0; start < answers.Length; start += RowsAtOnce)
        {
            using var block = NewDisposeScope();
            var rows = asked.narrow(0, start, Math.Min(RowsAtOnce, answers.Length - start));
            var nearest = cosine
                ? rows.Product(known.t()).topk(k, 1).indexes
                : PairDistances.Between(rows, known).topk(k, 1, largest: false).indexes;
            var voters = nearest.Numbers<long>();
            for (var row = 0; row < rows.shape[0]; row++)
            {
                answers[start + row] = Vote(voters.AsSpan(row * k, k), labels);
            }
        }

        return answers;
    }

    private static long Vote(ReadOnlySpan<long> voters, IReadOnlyList<long> labels)
    {
        var votes = new Dictionary<long, int>();
        foreach (var voter in voters)
        {
            votes[labels[(int)voter]] = votes.GetValueOrDefault(labels[(int)voter]) + 1;
        }

        var most = votes.Values.Max();
        foreach (var voter in voters)
        {
            if (votes[labels[(int)voter]] == most)
            {
                return labels[(int)voter];
            }
        }

        throw new InvalidOperationException("nobody voted");
    }
}
