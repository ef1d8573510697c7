namespace SnnNotebooks.Datasets;

/// <summary>Samples kept in one folder for each class.</summary>
internal static class ClassFolders
{
    /// <summary>Classes and samples, both in ordinal order of their names, as torchvision's and SpikingJelly's loaders have them.</summary>
    public static (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Items) List(
        string folder, Func<string, bool> isSample, string samples)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"There is no folder {folder}; expected one that holds a folder of {samples} for each class.");
        }

        var classes = new List<string>();
        var items = new List<(string, int)>();
        foreach (var path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var before = items.Count;
            items.AddRange(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(isSample).Order(StringComparer.Ordinal)
                .Select(sample => (sample, classes.Count)));
            if (items.Count > before)
            {
                classes.Add(Path.GetFileName(path));
            }
        }

        return items.Count > 0 ? (classes, items) : throw new DatasetException($"{folder} holds no folder with {samples}.");
    }
}
