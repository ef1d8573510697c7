using System.Text.Json;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>The file in which a task leaves its figures: what <c>SnnNotebooks.Training.RunFigures</c> writes.</summary>
/// <param name="path">The file; it need not exist.</param>
internal sealed class FiguresFile(string path)
{
    private const long MostBytes = 64 << 20;

    public string Path { get; } = path;

    /// <summary>Forgets what an earlier attempt left.</summary>
    public void Remove() => File.Delete(Path);

    /// <summary>All figures; the last of a name counts.</summary>
    /// <param name="damaged">What is wrong with the file, or null.</param>
    public (Dictionary<string, double> Figures, Dictionary<string, TaskCurve> Curves, Dictionary<string, string> Versions) Read(
        out string? damaged)
    {
        var (figures, curves, versions) =
            (new Dictionary<string, double>(), new Dictionary<string, TaskCurve>(), new Dictionary<string, string>());
        damaged = null;
        if (!File.Exists(Path))
        {
            return (figures, curves, versions);
        }

        if (new FileInfo(Path).Length > MostBytes)
        {
            damaged = $"{Path} has more than {MostBytes >> 20} MiB: a run records figures, not data.";
            return (figures, curves, versions);
        }

        foreach (var (number, text) in File.ReadLines(Path).Index())
        {
            switch (Parse(text))
            {
                case { Figure: { Length: > 0 } name, Curve: { } curve, Axis: { } axis }:
                    curves[name] = new TaskCurve(axis, curve);
                    break;
                case { Figure: { Length: > 0 } name, Value: { } value }:
                    figures[name] = value;
                    break;
                case { Versions: { } found }:
                    foreach (var (what, version) in found)
                    {
                        versions[what] = version;
                    }

                    break;
                default:
                    damaged = $"{Path}, line {number + 1} is no figure: only RunFigures writes into this file.";
                    break;
            }
        }

        return (figures, curves, versions);
    }

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, SweepJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(
        string? Figure = null, double? Value = null, string? Axis = null, double[]? Curve = null,
        Dictionary<string, string>? Versions = null);
}
