namespace SnnNotebooks.Datasets.Events;

/// <summary>Recordings in a folder for each class, read when asked for.</summary>
public sealed class EventFolders
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".aedat", ".aedat4", ".bin", ".bs2",
        ".bs3", ".dat", ".raw", ".es", ".csv", ".npz", ".npy", ".h5", ".hdf5" };

    private readonly Func<EventRecording, EventRecording>? convert;

    private EventFolders(IReadOnlyList<string> classNames, IReadOnlyList<(string Path, int Label)> items,
        Func<EventRecording, EventRecording>? convert) =>
        (ClassNames, Items, this.convert) = (classNames, items, convert);

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The recordings and their labels, class by class, in ordinal order of their names: the order published splits count in.
    /// </summary>
    public IReadOnlyList<(string Path, int Label)> Items { get; }

    /// <summary>Lists the recordings of a folder of your own: one folder for each class.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The recordings, sorted by class and name; none is read yet.</returns>
    /// <exception cref="DatasetException">There is no such folder, or none with recordings in it.</exception>
    public static EventFolders Open(string folder) => Open(folder, null);

    /// <summary>N-MNIST, 34 x 34 (G. Orchard et al., 2015).</summary>
    /// <param name="train">The training recordings, else the test recordings.</param>
    /// <returns>The recordings, sorted by class and name; none is read yet.</returns>
    /// <exception cref="DatasetException">It is not on this machine; the message says how to get it.</exception>
    public static EventFolders NMnist(bool train) => Open(Path.Combine(Here("n-mnist"), train ? "Train" : "Test"), null);

    /// <summary>N-Caltech101, up to 240 x 180 (G. Orchard et al., 2015). It has no split: see <see cref="ClassSplit"/>.</summary>
    /// <returns>The recordings, sorted by class and name; none is read yet.</returns>
    /// <exception cref="DatasetException">It is not on this machine; the message says how to get it.</exception>
    public static EventFolders NCaltech101() => Open(Path.Combine(Here("n-caltech101"), "Caltech101"), null);

    /// <summary>
    /// CIFAR10-DVS, 128 x 128 (H. Li et al., 2017). It has no split: see <see cref="ClassSplit"/>. Axes are turned as published loaders
    /// turn them.
    /// </summary>
    /// <returns>The recordings, sorted by class and name; none is read yet.</returns>
    /// <exception cref="DatasetException">It is not on this machine; the message says how to get it.</exception>
    public static EventFolders Cifar10Dvs() => Open(Here("cifar10-dvs"), TurnCifar10Dvs);

    /// <summary>Reads a recording.</summary>
    /// <param name="index">Its place in <see cref="Items"/>.</param>
    /// <returns>All its events.</returns>
    /// <exception cref="EventFileException">It is damaged.</exception>
    public EventRecording Read(int index)
    {
        var recording = EventRecording.Load(Items[index].Path);
        return convert is null ? recording : convert(recording);
    }

    /// <summary>Whether a file in a folder of recordings is taken for one, by its name.</summary>
    internal static bool IsNamedRecording(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>
    /// The axes of CIFAR10-DVS as SpikingJelly's loader has them: column 127 - row and row 127 - column of the address. The kit's AEDAT
    /// reader has mirrored the columns already, as jAER shows them.
    /// </summary>
    internal static EventRecording TurnCifar10Dvs(EventRecording recording)
    {
        const int Last = 127;
        return new EventRecording(
            recording.Height,
            recording.Width,
            recording.Times.ToArray(),
            Array.ConvertAll(recording.Y.ToArray(), y => (ushort)(Last - y)),
            recording.X.ToArray(),
            recording.On.ToArray());
    }

    private static EventFolders Open(string folder, Func<EventRecording, EventRecording>? convert)
    {
        var (classes, items) = ClassFolders.List(folder, IsNamedRecording, "event recordings");
        return new EventFolders(classes, items, convert);
    }

    private static string Here(string id) => DatasetLocator.Folder(DatasetRegistry.Get(id));
}
