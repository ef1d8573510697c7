using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Datasets.Video;

/// <summary>The protocols of NTU RGB+D (A. Shahroudy et al., CVPR 2016).</summary>
public enum NtuProtocol
{
    /// <summary>Twenty people train, the other twenty test.</summary>
    CrossSubject,

    /// <summary>Cameras 2 and 3 train, camera 1 tests.</summary>
    CrossView,
}

/// <summary>The official splits of data sets of human actions: which clip is in which, and its class.</summary>
public static partial class ActionLists
{
    private static readonly HashSet<int> NtuTrainingPeople = [1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38];

    /// <summary>
    /// UCF101: the lists <c>classInd.txt</c>, <c>trainlist0N.txt</c> and <c>testlist0N.txt</c> of <c>ucfTrainTestlist</c>.
    /// </summary>
    /// <param name="folder">The folder that holds <c>ucfTrainTestlist</c> and <c>UCF-101</c>.</param>
    /// <param name="split">1, 2 or 3.</param>
    /// <param name="train">The training list, else the test list.</param>
    /// <returns>The class names, and the clips with their labels, in the order of the list.</returns>
    /// <exception cref="DatasetException">A list is missing or damaged.</exception>
    public static (IReadOnlyList<string> ClassNames, IReadOnlyList<(string Path, int Label)> Clips) Ucf101(
        string folder, int split, bool train)
    {
        CheckSplit(split);
        var lists = Path.Combine(folder, "ucfTrainTestlist");
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in Lines(Path.Combine(lists, "classInd.txt")))
        {
            if (line.Text.Split(' ') is not [var number, var name] || number != Number(labels.Count) || !labels.TryAdd(name, labels.Count))
            {
                throw Bad(line, $"not the number {Number(labels.Count)} and a class of its own");
            }
        }

        var clips = Lines(Path.Combine(lists, $"{(train ? "train" : "test")}list{split:00}.txt")).Select(line =>
        {
            // the training lists give the class number too
            var (clip, number) = NumberedClip().Match(line.Text) is { Success: true } numbered
                ? (numbered.Groups["clip"].Value, numbered.Groups["number"].Value)
                : (line.Text, null);
            return clip.Split('/') is [var name, var file] && labels.TryGetValue(name, out var label) && IsFileName(file)
                && (number is null || number == Number(label))
                ? (Path.Combine(folder, "UCF-101", name, file), label)
                : throw Bad(line, "no clip of a class of classInd.txt with its number there");
        });
        return ([.. labels.OrderBy(entry => entry.Value).Select(entry => entry.Key)], clips.ToList());

        static string Number(int label) => (label + 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// HMDB51: a list for each class, <c>CLASS_test_splitN.txt</c> of <c>testTrainMulti_7030_splits</c>, which gives 1 (training), 2 (test)
    /// or 0 to each clip.
    /// </summary>
    /// <param name="folder">The folder that holds <c>testTrainMulti_7030_splits</c> and <c>videos</c>.</param>
    /// <param name="split">1, 2 or 3.</param>
    /// <param name="train">The training clips, else the test clips.</param>
    /// <returns>The class names, and the clips with their labels, class by class.</returns>
    /// <exception cref="DatasetException">The lists are missing or damaged.</exception>
    public static (IReadOnlyList<string> ClassNames, IReadOnlyList<(string Path, int Label)> Clips) Hmdb51(
        string folder, int split, bool train)
    {
        CheckSplit(split);
        var lists = Path.Combine(folder, "testTrainMulti_7030_splits");
        var ending = $"_test_split{split}.txt";
        var files = Directory.Exists(lists) ? Directory.GetFiles(lists, "*" + ending).Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0)
        {
            throw new DatasetException($"{lists} holds no lists *{ending}.");
        }

        var classes = files.Select(file => Path.GetFileName(file)[..^ending.Length]).ToList();
        var clips = files.SelectMany(
            (file, label) => Lines(file).Select(line => line.Text.Split(' ') is [var clip, "0" or "1" or "2"] && IsFileName(clip)
            ? (Clip: clip, Use: line.Text[^1], Label: label)
            : throw Bad(line, "no clip and 0, 1 or 2")));
        return (classes, clips.Where(clip => clip.Use == (train ? '1' : '2'))
            .Select(clip => (Path.Combine(folder, "videos", classes[clip.Label], clip.Clip), clip.Label)).ToList());
    }

    /// <summary>NTU RGB+D 60: the split follows from the names of the clips, <c>SsssCcccPpppRrrrAaaa</c>.</summary>
    /// <param name="folder">The folder with the clips.</param>
    /// <param name="protocol">By person or by camera.</param>
    /// <param name="train">The training clips, else the test clips.</param>
    /// <returns>The clips and their labels (action - 1, 0 to 59), in ordinal order of their names.</returns>
    /// <exception cref="DatasetException">There is no such folder, or no clip in it.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static IReadOnlyList<(string Path, int Label)> Ntu(string folder, NtuProtocol protocol, bool train)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var clips = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Where(path => NtuName().IsMatch(Path.GetFileName(path))).ToList()
            : [];
        if (clips.Count == 0)
        {
            throw new DatasetException($"{folder} holds no clip named SsssCcccPpppRrrrAaaa.");
        }

        return [.. clips.Where(path => IsNtuTraining(Path.GetFileName(path), protocol) == train)
            .Select(path => (path, NtuField(Path.GetFileName(path), "action") - 1))];
    }

    /// <summary>Whether a clip of NTU RGB+D is for training.</summary>
    /// <param name="name">Its name, such as <c>S001C002P003R002A013_rgb.avi</c>.</param>
    /// <param name="protocol">By person or by camera.</param>
    /// <returns>Whether it is; else it is for test.</returns>
    /// <exception cref="DatasetException">The name is none of the data set's.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static bool IsNtuTraining(string name, NtuProtocol protocol)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return protocol == NtuProtocol.CrossSubject
            ? NtuTrainingPeople.Contains(NtuField(name, "person"))
            : NtuField(name, "camera") is 2 or 3;
    }

    private static int NtuField(string name, string field) => NtuName().Match(name) is { Success: true } match
        ? int.Parse(match.Groups[field].Value, CultureInfo.InvariantCulture)
        : throw new DatasetException($"'{name}' is no name of NTU RGB+D; expected SsssCcccPpppRrrrAaaa with an action of 1 to 60.");

    private static IEnumerable<(string File, int Number, string Text)> Lines(string path)
    {
        if (!File.Exists(path))
        {
            throw new DatasetException($"{path} is missing; it comes with the data set.");
        }

        return TextLines.Of(path).Select((text, at) => (path, at + 1, text.Trim())).Where(line => line.Item3.Length > 0);
    }

    private static DatasetException Bad((string File, int Number, string Text) line, string what) =>
        new($"{line.File}, line {line.Number}: '{(line.Text.Length > 80 ? line.Text[..80] + "..." : line.Text)}' is {what}. Get the list "
            + "again, or mend the line.");

    private static bool IsFileName(string name) => name.Length > 0 && name == Path.GetFileName(name) && name is not ("." or "..");

    private static void CheckSplit(int split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(split, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(split, 3);
    }

    [GeneratedRegex(@"^(?<clip>.+) (?<number>\d+)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NumberedClip();

    [GeneratedRegex(@"^S\d{3}C(?<camera>\d{3})P(?<person>\d{3})R\d{3}A(?<action>0(0[1-9]|[1-5]\d|60))(_rgb)?(\.\w+)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex NtuName();
}
