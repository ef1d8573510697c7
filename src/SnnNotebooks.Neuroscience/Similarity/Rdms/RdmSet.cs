using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Representational dissimilarity matrices of the same stimuli, one for each subject, session or model (N. Kriegeskorte et al., 2008). Of
/// each the pairs above the diagonal are kept, row by row. NaN stands for a pair that was not measured. What is drawn from a set knows
/// which subjects and stimuli it holds.
/// </summary>
public sealed class RdmSet
{
    private const double Asymmetry = 1e-6;

    private readonly double[][] pairs;
    private readonly int[] subjects;
    private readonly int[] stimuli;

    /// <summary>Takes dissimilarities.</summary>
    /// <param name="pairs">For each matrix its S (S - 1) / 2 numbers above the diagonal, row by row; NaN where one is missing.</param>
    /// <exception cref="ArgumentException">There is none, lengths differ, are of no matrix, or a number is infinite.</exception>
    public RdmSet(IReadOnlyList<IReadOnlyList<double>> pairs)
        : this(Checked(pairs), [.. Enumerable.Range(0, pairs.Count)], [.. Enumerable.Range(0, StimuliOf(pairs[0].Count))])
    {
    }

    private RdmSet(double[][] pairs, int[] subjects, int[] stimuli) =>
        (this.pairs, this.subjects, this.stimuli) = (pairs, subjects, stimuli);

    /// <summary>Number of matrices.</summary>
    public int Count => pairs.Length;

    /// <summary>Number of stimuli, S.</summary>
    public int StimulusCount => stimuli.Length;

    /// <summary>Number of pairs of stimuli, S (S - 1) / 2.</summary>
    public int PairCount => pairs[0].Length;

    /// <summary>Which matrix of the whole set each is: after drawing, one may be there twice.</summary>
    public IReadOnlyList<int> Subjects => subjects;

    /// <summary>Which stimulus of the whole set each is, in ascending order.</summary>
    public IReadOnlyList<int> Stimuli => stimuli;

    /// <summary>The dissimilarities of one matrix.</summary>
    /// <param name="index">From 0.</param>
    public IReadOnlyList<double> this[int index] => pairs[index];

    /// <summary>From square matrices.</summary>
    /// <param name="matrices">[R, S, S] or [S, S], symmetric; the diagonal is not looked at.</param>
    /// <returns>The matrices' upper triangles.</returns>
    /// <exception cref="ArgumentException">The shape is another, a matrix is not symmetric, or a number is infinite.</exception>
    public static RdmSet OfMatrices(Tensor matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.dim() is not (2 or 3) || matrices.shape[^1] != matrices.shape[^2] || matrices.shape[^1] < 2 || matrices.is_complex())
        {
            throw new ArgumentException(
                $"Expected square matrices [R, S, S] or [S, S] of two or more stimuli; this is [{string.Join(", ", matrices.shape)}].",
                nameof(matrices));
        }

        using var scope = NewDisposeScope();
        var square = (matrices.dim() == 2 ? matrices.unsqueeze(0) : matrices).to(ScalarType.Float64);
        var gap = (square - square.transpose(1, 2)).abs().nan_to_num().max().item<double>();
        if (gap > Asymmetry * square.nan_to_num().abs().max().item<double>())
        {
            throw new ArgumentException($"A matrix is not symmetric: two entries of one pair differ by {gap}.", nameof(matrices));
        }

        var count = square.shape[1];
        return new RdmSet([.. Enumerable.Range(0, (int)square.shape[0]).Select(r =>
        {
            var values = square[r].Numbers<double>();
            return (IReadOnlyList<double>)[.. PairsOf((int)count).Select(pair => values[(pair.I * count) + pair.J])];
        })]);
    }

    /// <summary>Some of the matrices, in a given order; one may be drawn more than once.</summary>
    /// <param name="rows">Indices from 0.</param>
    /// <returns>The matrices, in that order.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public RdmSet Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count > 0
            ? new RdmSet([.. rows.Select(row => pairs[row])], [.. rows.Select(row => subjects[row])], stimuli)
            : throw new ArgumentException("No matrix is selected; name at least one.", nameof(rows));
    }

    /// <summary>
    /// Some of the stimuli. They come in ascending order; a pair of one stimulus drawn twice is missing (NaN), since its dissimilarity
    /// would be zero for any model.
    /// </summary>
    /// <param name="drawn">Stimuli of the whole set, as in <see cref="Stimuli"/>; one that is not in this set is passed over.</param>
    /// <returns>As many matrices over the stimuli drawn.</returns>
    /// <exception cref="ArgumentException">Fewer than two of them are in this set.</exception>
    public RdmSet SelectStimuli(IReadOnlyList<int> drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        var places = stimuli.Select((stimulus, place) => (stimulus, place)).ToLookup(found => found.stimulus, found => found.place);
        int[] kept = [.. drawn.SelectMany(stimulus => places[stimulus]).Order()];
        if (kept.Length < 2)
        {
            throw new ArgumentException($"{kept.Length} of the stimuli are in this set; a pair needs two.", nameof(drawn));
        }

        var made = new double[Count][];
        for (var r = 0; r < Count; r++)
        {
            var row = 0;
            made[r] = new double[kept.Length * (kept.Length - 1) / 2];
            foreach (var (i, j) in PairsOf(kept.Length))
            {
                made[r][row++] = stimuli[kept[i]] == stimuli[kept[j]] ? double.NaN : pairs[r][Place(kept[i], kept[j], StimulusCount)];
            }
        }

        return new RdmSet(made, subjects, [.. kept.Select(place => stimuli[place])]);
    }

    /// <summary>One matrix of the same stimuli in place of all.</summary>
    internal RdmSet Pooled(double[] values) => new([values], [0], stimuli);

    /// <summary>The pairs of S stimuli in the order in which they are kept.</summary>
    internal static IEnumerable<(int I, int J)> PairsOf(int count)
    {
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                yield return (i, j);
            }
        }
    }

    /// <summary>Whether every matrix has a number, pair by pair.</summary>
    internal bool[] Known() => [.. Enumerable.Range(0, PairCount).Select(pair => pairs.All(values => !double.IsNaN(values[pair])))];

    /// <summary>The numbers themselves, which nobody may change.</summary>
    internal double[][] Rows => pairs;

    /// <summary>The number of stimuli that have so many pairs; 0 where there is none.</summary>
    private static int StimuliOf(int pairs)
    {
        var count = (int)Math.Round((1 + Math.Sqrt(1 + (8.0 * pairs))) / 2);
        return pairs > 0 && (long)count * (count - 1) / 2 == pairs ? count : 0;
    }

    private static int Place(int i, int j, int count) => i < j ? (i * ((2 * count) - i - 1) / 2) + j - i - 1 : Place(j, i, count);

    private static double[][] Checked(IReadOnlyList<IReadOnlyList<double>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0 || StimuliOf(pairs[0].Count) == 0 || pairs.Any(row => row.Count != pairs[0].Count))
        {
            throw new ArgumentException(
                $"Expected at least one matrix of dissimilarities, each of S (S - 1) / 2 numbers for the same S; there are {pairs.Count} "
                + $"of {string.Join(", ", pairs.Take(4).Select(row => row.Count))} numbers.", nameof(pairs));
        }

        return pairs.Any(row => row.Any(double.IsInfinity))
            ? throw new ArgumentException("A dissimilarity is infinite; NaN stands for one that is missing.", nameof(pairs))
            : [.. pairs.Select(row => row.ToArray())];
    }
}
