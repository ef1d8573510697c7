using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// N-MNIST, N-Caltech101 and CIFAR10-DVS, a recording a file. The latter two have no split of their own: of each class the first nine
/// tenths are for learning, as Spikformer and its successors split CIFAR10-DVS.
/// </summary>
internal sealed class EventSource(string name, int height, int width, int official)
    : DataSource(name, new InputShape(InputKind.EventFrames, 16, 2, height, width))
{
    private const double TrainingShare = 0.9;

    protected override LabelledData Load(DataRequest request)
    {
        var folder = Folder();
        var (classes, train, test) = Name == "n-mnist" ? Given(folder) : Divided(folder);
        IReadOnlyList<string> remarks = Name == "n-mnist"
            ? CheckCounts(request, train.Count, test.Count, 60_000, official - 60_000)
            : [.. CheckCounts(request, train.Count + test.Count, 0, official, 0),
                "of each class the first nine tenths of the recordings are for training, the rest for testing"];
        return EventFolderSets.Open(
            Name, request, classes, train, test,
            path => Name == "cifar10-dvs" ? EventFolders.TurnCifar10Dvs(EventRecording.Load(path)) : EventRecording.Load(path), remarks,
            (height, width));
    }

    private static (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Train,
        IReadOnlyList<(string Path, int Label)> Test)
        Given(string folder)
    {
        var (train, test) = (Path.Combine(folder, "Train"), Path.Combine(folder, "Test"));
        var (learned, tested) = (EventFolders.Open(train), EventFolders.Open(test));
        return (learned.ClassNames, learned.Items,
            SplitFolders.Relabelled(tested.ClassNames, tested.Items, learned.ClassNames, test, train));
    }

    private (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Train, IReadOnlyList<(string Path, int Label)> Test)
        Divided(string folder)
    {
        var all = EventFolders.Open(Name == "n-caltech101" ? Path.Combine(folder, "Caltech101") : folder);
        if (Name == "cifar10-dvs" && all.ClassNames.Count != 10)
        {
            throw new DatasetException(
                $"{folder} has recordings of {all.ClassNames.Count} classes ({string.Join(", ", all.ClassNames)}); CIFAR10-DVS has ten. "
                + "Unpack the archive of each missing class there.");
        }

        var split = ClassSplit.First([.. all.Items.Select(item => item.Label)], TrainingShare);
        return (all.ClassNames, [.. split.Train.Select(place => all.Items[place])], [.. split.Test.Select(place => all.Items[place])]);
    }
}
