using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>How two stimuli's responses are compared.</summary>
public enum RowCorrelation
{
    /// <summary>Pearson's correlation over features.</summary>
    Pearson,

    /// <summary>Spearman's, with ordinal ranks of the features.</summary>
    Spearman,
}

/// <summary>
/// Representational similarity analysis (N. Kriegeskorte, M. Mur, P. Bandettini, 2008): 1 - correlation for every pair of
/// stimuli on either side, and Spearman's correlation of the two lists. Along a movie it is the time-series analysis TSRSA
/// (arXiv:2306.01354, equations of section 3): rows are then frames, in order; with <see cref="RowCorrelation.Spearman"/>
/// it is STSRSA.
/// </summary>
/// <param name="name">rsa, tsrsa or stsrsa.</param>
/// <param name="rows">How two stimuli are compared.</param>
/// <param name="ties">What equal distances get as ranks; the papers' code gives ordinal ones.</param>
/// <param name="products">In what the products behind Pearson's correlations are computed.</param>
public sealed class Rsa(
    string name = "rsa", RowCorrelation rows = RowCorrelation.Pearson, RankTies ties = RankTies.Ordinal,
    ProductPrecision products = ProductPrecision.Double)
    : SimilarityMetric(name)
{
    private const int FewestFeatures = 3;
    private const double Flat = 1e-12; // distances that differ by less differ by rounding only

    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model, summary);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural, summary);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        if (ties == RankTies.Ordinal)
        {
            var (ofModel, ofNeural) = (Array.Empty<int>(), Array.Empty<int>());
            Parallel.Invoke(
                new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
                () => ofModel = PairRanks(model),
                () => ofNeural = PairRanks(neural));
            return SimilarityScore.Of(Name, RankCorrelation.OfRanks(ofModel, ofNeural));
        }

        return SimilarityScore.Of(Name, RankCorrelation.Spearman(model.UpperTriangle(), neural.UpperTriangle(), ties));
    }

    // kept, because a layer is compared with many regions
    private static int[] PairRanks(Representation side) => side.Kept(() => Ranks.Ordinal(side.UpperTriangle()));

    private Representation Make(ResponseMatrix responses, ResponseSummary summary)
    {
        if (responses.Rows > 1 && summary.RowsUndefined is { } reason)
        {
            return new Representation(responses.Name, reason);
        }

        if (responses.Columns < FewestFeatures)
        {
            return new Representation(
                responses.Name,
                $"{responses.Name} has {responses.Columns} features, over which every correlation is 1 or -1; at least "
                + $"{FewestFeatures} are compared");
        }

        var gram = rows == RowCorrelation.Pearson ? RowGram.OfCentredRows(responses, summary, products) : RankGram(responses);

        ToDistances(gram, responses.Columns);
        var whole = new Representation(responses.Name, gram, pairwise: true);
        if (responses.Rows < 3)
        {
            return whole;
        }

        if (whole.Spread() > Flat)
        {
            return whole;
        }

        whole.Dispose();
        return new Representation(
            responses.Name, $"all pairs of stimuli are equally far apart in {responses.Name}: distances that do not differ have no ranks");
    }

    /// <summary>
    /// Turns inner products into 1 - correlation, in one pass and with the operations of numpy.corrcoef in its order: equal correlations of
    /// integers then stay equal, or not, as they do there.
    /// </summary>
    private static void ToDistances(Tensor gram, long features)
    {
        const int Elements = 1 << 20; // of rows that are taken at once: all together may be too many bytes for a span
        var scale = 1.0 / (features - 1);
        var count = (int)gram.shape[0];
        var deviations = gram.diagonal().mul(scale).sqrt_().Numbers<double>();
        var height = Math.Max(1, Elements / count);
        for (var first = 0; first < count; first += height)
        {
            using var rows = gram.narrow(0, first, Math.Min(height, count - first));
            var values = MemoryMarshal.Cast<byte, double>(rows.bytes);
            for (var i = first; !values.IsEmpty; i++, values = values[count..])
            {
                ToDistances(values[..count], deviations, deviations[i], scale);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private static void ToDistances(Span<double> row, double[] deviations, double own, double scale)
    {
        var j = 0;
        for (; j <= row.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var correlation = new Vector<double>(row[j..]) * new Vector<double>(scale) / new Vector<double>(own)
                / new Vector<double>(deviations, j);
            (Vector<double>.One - Vector.Clamp(correlation, -Vector<double>.One, Vector<double>.One)).CopyTo(row[j..]);
        }

        for (; j < row.Length; j++)
        {
            row[j] = 1 - Math.Clamp(row[j] * scale / own / deviations[j], -1, 1);
        }
    }

    private static Tensor RankGram(ResponseMatrix responses)
    {
        var values = responses.ToTensor();
        var (count, width) = ((int)responses.Rows, (int)responses.Columns);
        var ranks = new double[(long)count * width];
        var row = new double[width];
        for (var i = 0; i < count; i++)
        {
            values.CopyNumbers(start: (long)i * width, row.AsSpan());
            var ordinal = Ranks.Ordinal(row);
            for (var j = 0; j < width; j++)
            {
                ranks[((long)i * width) + j] = ordinal[j] - ((width - 1) / 2.0);
            }
        }

        var gram = FreshMatrix.Of(count, count).zero_();
        SymmetricProduct.AddLower(gram, tensor(ranks, [count, width]));
        SymmetricProduct.Mirror(gram);
        return gram;
    }
}
