using System.Globalization;

namespace SnnNotebooks.Models;

/// <summary>A published accuracy of a directly trained network, as printed; nothing here was computed by this kit.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The network, and what is special about the run.</param>
/// <param name="ParametersMillions">Trainable parameters, millions.</param>
/// <param name="TimeSteps">T.</param>
/// <param name="Top1Percent">Top-1 accuracy, per cent.</param>
/// <param name="EnergyMillijoule">Energy of one input by the paper's own rule, mJ, or null where none is printed.</param>
/// <param name="FromMemory">True where the figure is general knowledge of the literature that was not checked against the paper.</param>
public sealed record PublishedAccuracy(
    string Dataset, string Model, double ParametersMillions, int TimeSteps, double Top1Percent, double? EnergyMillijoule, bool FromMemory)
{
    private const string Resource = "direct-training.tsv";

    /// <summary>All figures, in the order of <c>data/published/direct-training.tsv</c>.</summary>
    public static IReadOnlyList<PublishedAccuracy> All { get; } = Read();

    private static PublishedAccuracy[] Read()
    {
        using var stream = typeof(PublishedAccuracy).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split('\t'))
            .Select(cells =>
            new PublishedAccuracy(cells[0], cells[1], Number(cells[2]), (int)Number(cells[3]), Number(cells[4]),
                cells[5].Length == 0 ? null : Number(cells[5]), cells[6].Trim() == "memory"))];
    }
}
