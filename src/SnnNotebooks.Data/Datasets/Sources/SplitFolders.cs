namespace SnnNotebooks.Datasets.Sources;

/// <summary>Folders of classes for training and for tests that must be of the same classes.</summary>
internal static class SplitFolders
{
    /// <summary>The test samples under the labels of the training folders.</summary>
    /// <param name="names">The classes of the test folders.</param>
    /// <param name="items">Samples with their labels among these.</param>
    /// <param name="classes">The classes of the training folders.</param>
    /// <param name="folder">Where the test folders are.</param>
    /// <param name="trainFolder">Where the training folders are.</param>
    /// <exception cref="DatasetException">A class is in one of them only.</exception>
    public static IReadOnlyList<(string Path, int Label)> Relabelled(
        IReadOnlyList<string> names, IReadOnlyList<(string Path, int Label)> items, IReadOnlyList<string> classes, string folder,
        string trainFolder)
    {
        Refuse(classes.Except(names), folder, trainFolder);
        Refuse(names.Except(classes), trainFolder, folder);
        var labels = classes.Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label);
        return [.. items.Select(item => (item.Path, labels[names[item.Label]]))];
    }

    private static void Refuse(IEnumerable<string> missing, string from, string there)
    {
        string[] names = [.. missing];
        if (names.Length > 0)
        {
            throw new DatasetException(
                $"{from} has no samples of {(names.Length == 1 ? "the class" : $"{names.Length} classes:")} "
                + $"{string.Join(", ", names.Take(8))}{(names.Length > 8 ? ", ..." : string.Empty)}, which {there} has. Both need a folder "
                + "with samples for each class: put what is missing there, or take the others away.");
        }
    }
}
