using System.Text.Json;

namespace SnnNotebooks.Cli.Bench;

/// <summary>
/// A line that a timed process prints: times of one case by one backend, a reason why there are none, or, without a case, what it is.
/// </summary>
/// <param name="Case">The case, or null.</param>
/// <param name="Backend">Which of a peer's backends; versions, where there is no case.</param>
/// <param name="Milliseconds">Times of single runs; empty where there are none.</param>
/// <param name="Error">Why there are none.</param>
internal sealed record BenchLine(string? Case, string Backend, IReadOnlyList<double> Milliseconds, string? Error = null)
{
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

            var times = root.TryGetProperty("ms", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(time => time.TryGetDouble(out var number) ? number : double.NaN).ToArray()
                : [];
            return Text("case") is { } name && Text("backend") is { } backend && times.All(time => time > 0 && double.IsFinite(time))
                ? new BenchLine(name, backend, times, Text("error"))
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
    public override string ToString() => Case is null
        ? JsonSerializer.Serialize(new { about = Backend })
        : Error is null
            ? JsonSerializer.Serialize(new { @case = Case, backend = Backend, ms = Milliseconds })
            : JsonSerializer.Serialize(new { @case = Case, backend = Backend, error = Error });
}
