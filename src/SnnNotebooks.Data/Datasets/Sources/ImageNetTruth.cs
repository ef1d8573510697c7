using System.Globalization;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Neural;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// The validation images of ImageNet with their labels: from folders by class; or, flat, from <c>ILSVRC2012_validation_ground_truth.txt</c>
/// with <c>meta.mat</c> of the development kit (ILSVRC2012_devkit_t12/data), or from <c>LOC_val_solution.csv</c>, in which class names
/// stand.
/// </summary>
internal static class ImageNetTruth
{
    private const string Official = "ILSVRC2012_validation_ground_truth.txt";
    private const string ByName = "LOC_val_solution.csv";
    private const string Kit = "ILSVRC2012_devkit_t12/data";

    /// <summary>The images in ordinal order.</summary>
    /// <param name="folder">The folder that holds <c>val</c>.</param>
    /// <param name="classes">Class names in the order of their labels.</param>
    /// <exception cref="DatasetException">A class or the ground truth is missing, or the latter is damaged.</exception>
    public static IReadOnlyList<(string Path, int Label)> Validation(string folder, IReadOnlyList<string> classes)
    {
        var val = Path.Combine(folder, "val");
        var flat = Directory.Exists(val)
            ? Directory.EnumerateFiles(val).Where(RgbImage.IsNamedImage).Order(StringComparer.Ordinal).ToArray()
            : throw new DatasetException($"There is no folder {val}. {DatasetLocator.HowToGet(DatasetRegistry.Get("imagenet"))}");
        if (flat.Length == 0)
        {
            var folders = ImageFolder.Open(val);
            return SplitFolders.Relabelled(folders.ClassNames, folders.Items, classes, val, Path.Combine(folder, "train"));
        }

        var labels = classes.Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label);
        return Find(folder, ByName) is { } solution ? Named(solution, flat, labels)
            : Find(folder, Official) is { } truth ? Numbered(truth, folder, flat, labels)
            : throw new DatasetException(
                $"{val} holds {flat.Length} images without class folders, and neither {Official} nor {ByName} is in {folder}, {val} or "
                + $"{Path.Combine(folder, Kit)}. Put the ground truth of the development kit there (ILSVRC2012_devkit_t12.tar.gz), or the "
                + "images into a folder for each class.");
    }

    private static string? Find(string folder, string name) =>
        new[] { folder, Path.Combine(folder, "val"), Path.Combine(folder, Kit) }.Select(place => Path.Combine(place, name))
            .FirstOrDefault(File.Exists);

    /// <summary>ImageId,PredictionString: the name of an image, then its class and boxes.</summary>
    private static (string, int)[] Named(string solution, string[] images, Dictionary<string, int> labels)
    {
        var classes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in TextLines.Of(solution).Skip(1).Where(line => line.Length > 0))
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            classes[comma < 0 ? line : line[..comma]] = comma < 0 ? string.Empty : line[(comma + 1)..].TrimStart().Split(' ')[0];
        }

        return [.. images.Select(image => classes.TryGetValue(Path.GetFileNameWithoutExtension(image), out var name)
            ? (image, Label(solution, image, name, labels))
            : throw new DatasetException($"{solution} has no line for {image}."))];
    }

    /// <summary>A number for each image of the full set, in the order of their names; what it means stands in meta.mat.</summary>
    private static (string, int)[] Numbered(string truth, string folder, string[] images, Dictionary<string, int> labels)
    {
        var meta = Find(folder, "meta.mat")
            ?? throw new DatasetException($"meta.mat is missing beside {truth}: the numbers there are explained in it alone.");
        var synsets = MatFile.Read(meta)["synsets"];
        var names = new Dictionary<int, string>();
        for (var record = 0; record < synsets.Count; record++)
        {
            names[(int)synsets.Field("ILSVRC2012_ID", record).Doubles().FirstOrDefault()] = synsets.Field("WNID", record).Text();
        }

        var numbers = TextLines.Of(truth).Where(line => line.Trim().Length > 0).ToArray();
        return [.. images.Select(image =>
        {
            var place = Place(image);
            return place >= 1 && place <= numbers.Length
                && int.TryParse(numbers[place - 1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && names.TryGetValue(number, out var name)
                ? (image, Label(truth, image, name, labels))
                : throw new DatasetException(
                    $"{truth} gives no class of {meta} for {image}; expected a number in line {place}, and a name "
                    + "ILSVRC2012_val_NNNNNNNN.JPEG.");
        })];

        static int Place(string image) => Path.GetFileNameWithoutExtension(image).Split('_') is [.., var last]
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 0;
    }

    private static int Label(string truth, string image, string name, Dictionary<string, int> labels) =>
        labels.TryGetValue(name, out var label)
        ? label
        : throw new DatasetException($"{truth} gives {image} the class {name}, of which there is no folder in train.");
}
