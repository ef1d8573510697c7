using System.Text.Json;

namespace SnnNotebooks.Cli.Bench;

/// <summary>
/// A line that a measuring process prints: figures of one case by one backend, a reason why there are none, or, without a case, a sentence.
/// </summary>
/// <param name="Case">The case, or null.</param>
/// <param name="Backend">Which of a peer's backends; the sentence, where there is no case.</param>
/// <param name="Figures">Times of single runs in ms, or the memory at equal distances of steps in MiB; empty where there are none.</param>
/// <param name="Error">Why there are none.</param>
/// <param name="IsMemory">Whether they are memory.</param>
internal sealed record BenchLine(
    string? Case, string Backend, IReadOnlyList<double> Figures, string? Error = null, bool IsMemory = false)
{
    private const string Times = "ms";
    private const string Memory = "mib";

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line.</param>
    /// <returns>Null where it is something else, such as a warning of a library.</returns>
    public static BenchLine? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (Text("about") is { } about)
            {
                return new BenchLine(null, about, []);
            }

            var isMemory = root.TryGetProperty(Memory, out var list);
            var figures = (isMemory || root.TryGetProperty(Times, out list)) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(each => each.TryGetDouble(out var number) ? number : double.NaN).ToArray()
                : [];
            return Text("case") is { } name && Text("backend") is { } backend && figures.All(each => each > 0 && double.IsFinite(each))
                ? new BenchLine(name, backend, figures, Text("error"), isMemory)
                : null;

            string? Text(string property) =>
                root.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The line.</summary>
    public override string ToString() => JsonSerializer.Serialize(
        Case is null ? new Dictionary<string, object> { ["about"] = Backend }
        : Error is not null ? new Dictionary<string, object> { ["case"] = Case, ["backend"] = Backend, ["error"] = Error }
        : new Dictionary<string, object> { ["case"] = Case, ["backend"] = Backend, [IsMemory ? Memory : Times] = Figures });
}
