using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>One question of <c>notebooks/measured.md</c> and what was measured to answer it; a file of <c>results</c>.</summary>
/// <param name="Title">The question, as a heading. What stands before a colon is the chapter that neighbours share.</param>
/// <param name="Text">Paragraphs before the tables: what is measured, and on what. No ratios: those have a column, with its peer.</param>
/// <param name="Tables">Figures that were written down.</param>
/// <param name="Timings">Figures that a bench wrote.</param>
/// <param name="Remarks">Paragraphs after the tables: what the figures say and do not say.</param>
internal sealed record Question(
    string Title,
    IReadOnlyList<string> Text,
    IReadOnlyList<MeasuredTable> Tables,
    IReadOnlyList<Timing> Timings,
    IReadOnlyList<string> Remarks)
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file; lists that it leaves out are empty.</summary>
    /// <exception cref="InvalidDataException">It is no question; says which file and what is wrong.</exception>
    public static Question Load(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Question>(File.ReadAllText(path), Layout)
                ?? throw new InvalidDataException($"{path} holds no question.");
            return new Question(read.Title, read.Text ?? [], read.Tables ?? [], read.Timings ?? [], read.Remarks ?? []);
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{path}: {damaged.Message}", damaged);
        }
    }

    /// <summary>Reads a folder's files in the order of their names.</summary>
    public static IReadOnlyList<(string File, Question Question)> LoadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Load(path)))];

    /// <summary>Writes the file.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, this, Layout);
        stream.WriteByte((byte)'\n');
    });
}
