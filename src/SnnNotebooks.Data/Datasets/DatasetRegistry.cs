using System.Text.Json;

namespace SnnNotebooks.Datasets;

/// <summary>The data sets the kit knows: <c>data/datasets.json</c>, which the library carries as a resource.</summary>
public static class DatasetRegistry
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
    private static readonly Lazy<Registry<DatasetEntry>> Entries = new(Read);

    /// <summary>All of them, in the order of the file, then in the order in which they were added.</summary>
    public static IReadOnlyList<DatasetEntry> All => [.. Entries.Value.Values];

    /// <summary>Adds a data set, so that it is found, got and checked as the kit's own are.</summary>
    /// <param name="entry">The data set.</param>
    /// <exception cref="ArgumentException">Its id is taken.</exception>
    public static void Add(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Entries.Value.Add(entry.Id, entry);
    }

    /// <summary>The data set of that name.</summary>
    /// <param name="id">For example <c>fashion-mnist</c>.</param>
    /// <returns>Its entry.</returns>
    /// <exception cref="DatasetException">There is none; the message lists those there are.</exception>
    public static DatasetEntry Get(string id) =>
        Entries.Value.TryGetValue(id, out var entry)
        ? entry
        : throw new DatasetException($"There is no data set '{id}'. Known are: {string.Join(", ", All.Select(entry => entry.Id))}.");

    private static Registry<DatasetEntry> Read()
    {
        using var stream = typeof(DatasetRegistry).Assembly.GetManifestResourceStream("datasets.json")!;
        var entries = new Registry<DatasetEntry>("data set");
        foreach (var entry in JsonSerializer.Deserialize<FileContent>(stream, Json)!.Datasets)
        {
            entries.Add(entry.Id, entry);
        }

        return entries;
    }

    private sealed record FileContent(IReadOnlyList<DatasetEntry> Datasets);
}
