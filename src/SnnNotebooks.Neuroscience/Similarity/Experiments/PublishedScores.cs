using System.Globalization;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>A network's published scores.</summary>
/// <param name="Model">Its name in the paper.</param>
/// <param name="Group"><c>cnn</c>, <c>snn</c> or <c>vit</c>.</param>
/// <param name="Scores">Score by column, for example <c>Allen_SVCCA</c>.</param>
public sealed record PublishedScore(string Model, string Group, IReadOnlyDictionary<string, double> Scores);

/// <summary>
/// The scores of 81 networks against mouse and macaque visual cortex as printed in the appendix of L. Huang et al., AAAI 2023,
/// arXiv:2303.06060 (<c>data/published/visual-cortex-static-scores.tsv</c>), to place one's own among them.
/// </summary>
public static class PublishedScores
{
    private const string Resource = "visual-cortex-static-scores.tsv";

    /// <summary>All networks, in the paper's order.</summary>
    public static IReadOnlyList<PublishedScore> All { get; } = Read();

    /// <summary>The nine columns: data set, underscore, metric.</summary>
    public static IReadOnlyList<string> Columns => [.. All[0].Scores.Keys];

    /// <summary>How many of the published networks score above a value: 0 for a new best.</summary>
    /// <param name="column">One of <see cref="Columns"/>.</param>
    /// <param name="score">One's own score.</param>
    /// <returns>How many, at least 0.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static int Above(string column, double score) => Column(column).Count(value => value > score);

    /// <summary>One column, in the order of <see cref="All"/>.</summary>
    /// <param name="column">One of <see cref="Columns"/>.</param>
    /// <returns>A score for each network.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static IReadOnlyList<double> Column(string column) => Columns.Contains(column)
        ? [.. All.Select(row => row.Scores[column])]
        : throw new ArgumentException($"There is no column {column}; there are {string.Join(", ", Columns)}.", nameof(column));

    private static List<PublishedScore> Read()
    {
        using var stream = typeof(PublishedScores).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var header = reader.ReadLine()!.Split('\t');
        var rows = new List<PublishedScore>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            rows.Add(
                new PublishedScore(fields[0], fields[1], header.Skip(2).Zip(fields.Skip(2))
                    .ToDictionary(pair => pair.First, pair => double.Parse(pair.Second, CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
