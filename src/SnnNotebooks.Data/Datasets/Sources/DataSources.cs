using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// The data sets that networks learn from, by name: what <c>snn train --data</c>, <c>snn eval --data</c> and notebooks know.
/// </summary>
public static class DataSources
{
    private const string FolderPrefix = "folder:";

    private static readonly Registry<DataSource> All = Known();

    /// <summary>Every name, besides <c>folder:PATH</c>.</summary>
    public static IReadOnlyList<string> Names => [.. All.Keys];

    /// <summary>Adds a data set under its name.</summary>
    /// <param name="source">The data set.</param>
    /// <exception cref="ArgumentException">Its name is taken.</exception>
    public static void Add(DataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        All.Add(source.Name, source);
    }

    /// <summary>The data set of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>, or <c>folder:PATH</c> for a folder of your own with a folder for each class.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="DatasetException">There is none, or no such folder; the message lists those there are.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static DataSource Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? FolderSource.Of(name[FolderPrefix.Length..])
            : All.TryGetValue(name, out var source) ? source
            : throw new DatasetException(
                $"There is no data set '{name}' to learn from; there are {string.Join(", ", Names)} and folder:PATH.");
    }

    private static Registry<DataSource> Known()
    {
        var sources = new Registry<DataSource>("data set");
        foreach (var source in new DataSource[]
        {
            new PictureSource("fashion-mnist-mini", 1, 28, 6000, 1000),
            new PictureSource("fashion-mnist", 1, 28, 60_000, 10_000),
            new PictureSource("mnist", 1, 28, 60_000, 10_000),
            new PictureSource("cifar10", 3, 32, 50_000, 10_000),
            new PictureSource("cifar100", 3, 32, 50_000, 10_000),
            new ImageNetSource(),
            new EventSource("cifar10-dvs", 128, 128, 10_000),
            new GestureSource(),
            new EventSource("n-mnist", 34, 34, 70_000),
            new EventSource("n-caltech101", 180, 240, 8709),
            new Ucf101Source(),
            new SpeechSource("shd", 20, 1.4, 8156, 2264),
            new SpeechSource("ssc", 35, 1.0, 75_466, 20_382),
        })
        {
            sources.Add(source.Name, source);
        }

        return sources;
    }
}
