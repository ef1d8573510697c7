using System.Text;
using System.Text.Json;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Writes tables of results with the settings they came from.</summary>
internal static class Table
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static void Write(string path, string csv, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(settings);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(csv));
        AtomicFile.Write(Path.ChangeExtension(path, ".settings.json"), JsonSerializer.SerializeToUtf8Bytes(settings, Layout));
    }

    /// <summary>A field as RFC 4180 has it.</summary>
    public static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
