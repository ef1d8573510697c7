using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// A folder of one's own: <c>train</c> and <c>test</c> (or <c>val</c>) with a folder for each class; or the class folders alone, of which
/// nine samples in ten are for learning, drawn. Images, event recordings or videos, whichever it holds.
/// </summary>
internal sealed class FolderSource : DataSource
{
    private const double TrainingShare = 0.9;
    private const double UsualRate = 30; // frames a second of a video that says nothing

    private static readonly HashSet<string> Videos = new(StringComparer.OrdinalIgnoreCase) { ".avi", ".mp4", ".mkv", ".mov", ".webm",
        ".mpg" };

    private readonly string path;

    private FolderSource(string path, InputShape shape)
        : base("folder:" + path, shape) => this.path = path;

    /// <summary>Looks into a folder.</summary>
    /// <exception cref="DatasetException">There is none, or nothing in it that the kit reads.</exception>
    public static FolderSource Of(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DatasetException(
                $"There is no folder '{path}'; expected one with train and test, each with a folder for each class.");
        }

        var first = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(Kind).FirstOrDefault(kind => kind is not null)
            ?? throw new DatasetException($"{path} holds no images, event recordings or videos in folders.");
        return new FolderSource(path, first switch
        {
            InputKind.Images => new InputShape(InputKind.Images, 1, RgbImage.Channels, 0, 0),
            InputKind.EventFrames => new InputShape(InputKind.EventFrames, 16, 2, 0, 0),
            _ => new InputShape(InputKind.Video, 16, RgbImage.Channels, 0, 0),
        });
    }

    /// <inheritdoc/>
    public override bool IsHere(bool partial) => Directory.Exists(path);

    protected override LabelledData Load(DataRequest request)
    {
        var (classes, train, test, remarks) = Split();
        return Shape.Kind switch
        {
            InputKind.Images => PictureFolders.Open(Name, request, classes, train, test, remarks),
            InputKind.EventFrames => EventFolderSets.Open(
                Name, request, classes, train, test, file => EventRecording.Load(file), remarks),
            _ => ClipFolders.Open(Name, request, classes, train, test, UsualRate, remarks),
        };
    }

    private static InputKind? Kind(string file) => RgbImage.IsNamedImage(file) ? InputKind.Images
        : EventFolders.IsNamedRecording(file) ? InputKind.EventFrames
        : Videos.Contains(Path.GetExtension(file)) ? InputKind.Video
        : null;

    private (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Train, IReadOnlyList<(string Path, int Label)> Test,
        IReadOnlyList<string> Remarks) Split()
    {
        var train = Path.Combine(path, "train");
        if (Directory.Exists(train))
        {
            var test = new[] { "test", "val" }.Select(name => Path.Combine(path, name)).FirstOrDefault(Directory.Exists)
                ?? throw new DatasetException($"{path} has a folder train, but neither test nor val: put what to test on there.");
            var (classes, learned) = List(train);
            var (names, tested) = List(test);
            return (classes, learned, SplitFolders.Relabelled(names, tested, classes, test, train), []);
        }

        var (all, items) = List(path);
        var split = ClassSplit.Random([.. items.Select(item => item.Label)], TrainingShare, seed: 0);
        return split.Test.Count > 0
            ? (all, [.. split.Train.Select(place => items[place])], [.. split.Test.Select(place => items[place])],
                [$"{path} has no split of its own: {split.Train.Count} samples were drawn for training, {split.Test.Count} for testing"])
            : throw new DatasetException(
                $"{path} has {items.Count} samples of {all.Count} classes, too few to set some aside. Give it folders train and test.");
    }

    private (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Items) List(string folder) =>
        ClassFolders.List(folder, file => Kind(file) == Shape.Kind, Shape.Kind switch
        {
            InputKind.Images => "images",
            InputKind.EventFrames => "event recordings",
            _ => "videos",
        });
}
