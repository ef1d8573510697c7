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
public sealed class Rsa(string name = "rsa", RowCorrelation rows = RowCorrelation.Pearson, RankTies ties = RankTies.Ordinal) : SimilarityMetric(name)
{
    private const double Flat = 1e-12; // distances that differ by less differ by rounding only

    private protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model, summary);

    private protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural, summary);

    private protected override SimilarityScore CompareDefined(Representation model, Representation neural)
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

        var gram = rows == RowCorrelation.Pearson ? RowGram.OfCentredRows(responses, summary) : RankGram(responses);

        // the operations of numpy.corrcoef in its order: equal correlations of integers then stay equal, or not, as they do there
        var covariance = gram.mul_(1.0 / (responses.Columns - 1));
        var deviations = covariance.diagonal().sqrt();
        var distances = covariance.div_(deviations.unsqueeze(1)).div_(deviations).clamp_(-1, 1).neg_().add_(1);
        var whole = new Representation(responses.Name, distances, pairwise: true);
        if (responses.Rows < 3)
        {
            return whole;
        }

        if (whole.Spread() > Flat)
        {
            return whole;
        }

        whole.Dispose();
        return new Representation(responses.Name, $"all pairs of stimuli are equally far apart in {responses.Name}: distances that do not differ have no ranks");
    }

    private static Tensor RankGram(ResponseMatrix responses)
    {
        var values = responses.ToTensor();
        var (count, width) = ((int)responses.Rows, (int)responses.Columns);
        var ranks = new double[(long)count * width];
        var row = new double[width];
        for (var i = 0; i < count; i++)
        {
            values.data<double>().CopyTo(row, 0, (long)i * width);
            var ordinal = Ranks.Ordinal(row);
            for (var j = 0; j < width; j++)
            {
                ranks[((long)i * width) + j] = ordinal[j] - ((width - 1) / 2.0);
            }
        }

        var centred = tensor(ranks, [count, width]);
        return centred.mm(centred.t());
    }
}
