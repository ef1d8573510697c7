using System.Globalization;

namespace SnnNotebooks.Datasets.Events;

/// <summary>DVS128 Gesture (A. Amir et al., CVPR 2017): eleven gestures, cut from long recordings by the label files beside them.</summary>
public static class DvsGesture
{
    /// <summary>The eleven classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
    [
        "hand clapping", "right hand wave", "left hand wave", "right arm clockwise", "right arm counter-clockwise", "left arm clockwise",
        "left arm counter-clockwise", "arm roll", "air drums", "air guitar", "other gestures",
    ];

    /// <summary>The samples of the data set, one after another; each recording is read once.</summary>
    /// <param name="train">The recordings of <c>trials_to_train.txt</c>, else those of <c>trials_to_test.txt</c>.</param>
    /// <returns>Each sample with its class, 0 to 10, in the order of the recordings.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), or a label file is
    /// damaged.</exception>
    /// <exception cref="EventFileException">A recording is damaged.</exception>
    public static IEnumerable<(EventRecording Sample, int Label)> Load(bool train) =>
        Load(Path.Combine(DatasetLocator.Folder(DatasetRegistry.Get("dvs128-gesture")), "DvsGesture"), train);

    /// <summary>The samples of a folder laid out as the data set's own.</summary>
    /// <param name="folder">The folder with the lists, the recordings and <c>_labels.csv</c> files.</param>
    /// <param name="train">The recordings of <c>trials_to_train.txt</c>, else those of <c>trials_to_test.txt</c>.</param>
    /// <returns>Samples of events from a start up to, not including, an end, with labels 0 to 10.</returns>
    /// <exception cref="DatasetException">A list or label file is missing or damaged.</exception>
    /// <exception cref="EventFileException">A recording is damaged.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static IEnumerable<(EventRecording Sample, int Label)> Load(string folder, bool train)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Samples(Recordings(folder, train));
    }

    /// <summary>The recordings of a list, which need not be there.</summary>
    /// <exception cref="DatasetException">The list is missing, or names what is no file of the folder.</exception>
    internal static IEnumerable<string> Recordings(string folder, bool train)
    {
        var list = Path.Combine(folder, train ? "trials_to_train.txt" : "trials_to_test.txt");
        var names = File.Exists(list)
            ? TextLines.Of(list)
            : throw new DatasetException($"{list} is missing; expected the names of recordings, one a line.");
        return names.Select(name => name.Trim()).Where(name => name.Length > 0).Select(name => name == Path.GetFileName(name)
            ? Path.Combine(folder, name)
            : throw new DatasetException($"{folder}: the list of recordings names '{name}', which is no file of the folder."));
    }

    /// <summary>The file that cuts a recording into samples.</summary>
    internal static string LabelFile(string recording) => Path.Combine(
        Path.GetDirectoryName(recording)!, Path.GetFileNameWithoutExtension(recording) + "_labels.csv");

    /// <summary>Reads a label file: a title, then class (1 to 11), start and end (microseconds) a line.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Labels 0 to 10, with start and end.</returns>
    /// <exception cref="DatasetException">It is missing, or a line is none.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static IReadOnlyList<(int Label, long Start, long End)> ReadLabels(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DatasetException($"{path} is missing; expected class, start and end of each sample.");
        }

        var labels = new List<(int, long, long)>();
        var number = 1;
        foreach (var line in TextLines.Of(path).Skip(1))
        {
            number++;
            if (line.Trim().Length == 0)
            {
                continue;
            }

            var fields = line.Split(',');
            labels.Add(
                fields.Length == 3 && int.TryParse(fields[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var label)
                    && label >= 1 && label <= ClassNames.Count
                && long.TryParse(fields[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(fields[2], NumberStyles.Integer, CultureInfo.InvariantCulture, out var end)
                ? (label - 1, start, end)
                : throw new DatasetException(
                    $"{path}, line {number}: '{(line.Length > 80 ? line[..80] + "..." : line)}' is no class (1 to {ClassNames.Count}), "
                    + "start and end."));
        }

        return labels;
    }

    private static IEnumerable<(EventRecording Sample, int Label)> Samples(IEnumerable<string> recordings)
    {
        foreach (var path in recordings)
        {
            var labels = ReadLabels(LabelFile(path));
            var recording = EventRecording.Load(path);
            foreach (var (label, start, end) in labels)
            {
                yield return (recording.Between(start, end), label);
            }
        }
    }
}
