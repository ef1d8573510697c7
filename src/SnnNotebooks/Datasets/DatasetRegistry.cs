using System.Text.Json;

namespace SnnNotebooks.Datasets;

/// <summary>The data sets the kit knows: <c>data/datasets.json</c>, which the library carries as a resource.</summary>
public static class DatasetRegistry
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private static readonly Lazy<IReadOnlyList<DatasetEntry>> Entries = new(Read);

    /// <summary>All of them, in the order of the file.</summary>
    public static IReadOnlyList<DatasetEntry> All => Entries.Value;

    /// <summary>The data set of that name.</summary>
    /// <param name="id">For example <c>fashion-mnist</c>.</param>
    /// <exception cref="DatasetException">There is none; the message lists those there are.</exception>
    public static DatasetEntry Get(string id) =>
        All.FirstOrDefault(entry => entry.Id == id)
        ?? throw new DatasetException($"There is no data set '{id}'. Known are: {string.Join(", ", All.Select(entry => entry.Id))}.");

    private static IReadOnlyList<DatasetEntry> Read()
    {
        using var stream = typeof(DatasetRegistry).Assembly.GetManifestResourceStream("datasets.json")!;
        return JsonSerializer.Deserialize<Registry>(stream, Json)!.Datasets;
    }

    private sealed record Registry(IReadOnlyList<DatasetEntry> Datasets);
}
