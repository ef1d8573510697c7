using System.Text.Json;
using System.Text.Json.Serialization;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Hands the figures that a run measured to whoever started it, as numbers: <c>snn sweep</c> names a file in the environment variable
/// <see cref="Variable"/>, gathers the figures of all seeds there, and gives mean and deviation. Without the variable nothing is written.
/// </summary>
public static class RunFigures
{
    /// <summary>The environment variable with the file's path. The file has one line of JSON for each figure.</summary>
    public const string Variable = "SNN_FIGURES";

    private static readonly Lock Writing = new();
    private static string? described;

    /// <summary>Records one number.</summary>
    /// <param name="name">What was measured, with its unit where it has one; a second number of a name replaces the first.</param>
    /// <param name="value">The number; NaN where it is not defined.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    public static void Record(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Write(new Line(name, Value: value));
    }

    /// <summary>Records a curve.</summary>
    /// <param name="name">What was measured, with its unit where it has one; a second curve of a name replaces the first.</param>
    /// <param name="axis">What it was measured over, counted from 1: for example <c>epoch</c>.</param>
    /// <param name="values">Its points in order.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, or <paramref name="axis"/> is blank.</exception>
    public static void Record(string name, string axis, IReadOnlyList<double> values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(axis);
        ArgumentNullException.ThrowIfNull(values);
        Write(new Line(name, Axis: axis, Curve: values));
    }

    /// <summary>Records a training: the test accuracy after its last epoch, in [0, 1], and its course over the epochs.</summary>
    /// <param name="name">The network's name; may be empty.</param>
    /// <param name="history">The training; nothing is recorded where no epoch ended.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Record(string name, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        Record(name, [.. history.Epochs.Select(epoch => epoch.TestAccuracy)]);
    }

    /// <summary>Records a course of test accuracies, and its last as a number.</summary>
    internal static void Record(string name, IReadOnlyList<double> accuracies)
    {
        if (accuracies.Count > 0)
        {
            var figure = $"{name} test accuracy".TrimStart();
            Record(figure, accuracies[^1]);
            Record(figure, "epoch", accuracies);
        }
    }

    private static void Write(Line line)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        lock (Writing)
        {
            if (described != path)
            {
                Append(path, new Line(Versions: new()
                {
                    ["SnnNotebooks"] = typeof(LibTorch).Assembly.GetName().Version!.ToString(3),
                    ["libtorch"] = __version__,
                    ["threads"] = get_num_threads().ToString(System.Globalization.CultureInfo.InvariantCulture),
                }));
                described = path;
            }

            Append(path, line);
        }
    }

    private static void Append(string path, Line line) => File.AppendAllText(path, JsonSerializer.Serialize(line, Json) + "\n");

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private sealed record Line(
        string? Figure = null, double? Value = null, string? Axis = null, IReadOnlyList<double>? Curve = null,
        Dictionary<string, string>? Versions = null);
}
