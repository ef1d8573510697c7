using System.Globalization;
using PureHDF;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Reads groups and arrays of an HDF5 file through PureHDF. The file may come from anyone: whatever goes wrong inside becomes a
/// <see cref="DatasetException"/>, sizes are checked before anything is allocated for them, and neither loops nor recursion are endless.
/// Links to
/// other files, and virtual datasets made of them, are looked for beside the file, as HDF5 does.
/// </summary>
public sealed class Hdf5File : IDisposable
{
    /// <summary>An array of more elements than this is refused.</summary>
    public const long LargestCount = Hdf5Limits.LargestCount;

    private const int MostLinksInARow = 16; // as HDF5 itself

    private readonly string path;
    private readonly NativeFile file;
    private readonly long length;
    private readonly Dictionary<string, Hdf5File> family; // every file that is open, by its full path
    private readonly Dictionary<string, Dictionary<ulong, string>> places = new(StringComparer.Ordinal); // of a group's objects

    private Hdf5File(string path, NativeFile file, long length, Dictionary<string, Hdf5File> family)
    {
        (this.path, this.file, this.length, this.family) = (path, file, length, family);
    }

    /// <summary>Whether bytes begin like an HDF5 file without a user block.</summary>
    /// <param name="bytes">The first bytes of a file.</param>
    /// <returns>Whether they do.</returns>
    public static bool IsHdf5(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a]);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file; the caller disposes it.</returns>
    /// <exception cref="DatasetException">It is missing or no HDF5 file this kit reads.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static Hdf5File Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, new Dictionary<string, Hdf5File>(StringComparer.Ordinal));
    }

    /// <summary>Whether there is a group or array of this name.</summary>
    /// <param name="name">Its path inside the file, such as <c>units/spike_times</c>.</param>
    /// <returns>Whether there is.</returns>
    /// <exception cref="DatasetException">The file is damaged, or the name is a link that leads nowhere.</exception>
    public bool Contains(string name) => Guarded(name, () => Locate(file, name, MostLinksInARow) is not null);

    /// <summary>
    /// Whether an array has no elements because it has no dataspace, as h5py writes <c>Empty</c>: there is nothing to be read, not even a
    /// shape.
    /// </summary>
    /// <param name="name">Its path inside the file.</param>
    /// <returns>Whether it is so.</returns>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public bool IsNull(string name) => Guarded(name, () => Find(name).Dataset.Space.Type == H5DataspaceType.Null);

    /// <summary>The names in a group, in the file's order; none where there is no such group.</summary>
    /// <param name="group">Its path inside the file.</param>
    /// <returns>Names without the group's path.</returns>
    /// <exception cref="DatasetException">The file is damaged, or the group is a link that leads nowhere.</exception>
    public IReadOnlyList<string> Names(string group) =>
        Guarded(group, () => Locate(file, group, MostLinksInARow)?.Object is NativeGroup found
        ? Hdf5Internals.Links(found)?.Select(link => link.Name).ToArray() ?? [.. found.Children().Select(child => child.Name)]
        : []);

    /// <summary>The axes' lengths of an array; empty for a single value.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <returns>The lengths, the slowest axis first.</returns>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public IReadOnlyList<long> Shape(string name) =>
        Guarded(name, () => Array.ConvertAll(Find(name).Dataset.Space.Dimensions, checked(axis => (long)axis)));

    /// <summary>Whether there is an array of this name, rather than a group or nothing.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <exception cref="DatasetException">The file is damaged, or the name is a link that leads nowhere.</exception>
    internal bool IsArray(string name) => Guarded(name, () => Locate(file, name, MostLinksInARow)?.Object is NativeDataset);

    /// <summary>Whether an array holds records of named members.</summary>
    internal bool IsRecords(string name) => Guarded(name, () => Find(name).Dataset.Type.Class == H5DataTypeClass.Compound);

    /// <summary>Whether an array holds references to other objects.</summary>
    internal bool IsReferences(string name) => Guarded(name, () => Find(name).Dataset.Type.Class == H5DataTypeClass.Reference);

    /// <summary>The paths of the objects of a group that references lead to.</summary>
    /// <param name="name">The array of references, all into one group.</param>
    /// <param name="group">The group.</param>
    internal IReadOnlyList<string> ReadReferences(string name, string group) => Guarded(name, () =>
    {
        if (!places.TryGetValue(group, out var known))
        {
            places[group] = known = Required(group).Object is NativeGroup found
                ? found.Children().OfType<NativeObject>().DistinctBy(Hdf5Internals.Address)
                    .ToDictionary(Hdf5Internals.Address, child => $"{group}/{child.Name}")
                : throw new DatasetException($"{group} is no group");
        }

        return Find(name).References().Select(address => known.TryGetValue(address, out var place)
            ? place
            : throw new DatasetException($"it refers to something that is not in {group}")).ToArray();
    });

    /// <summary>Whole numbers as <c>long[]</c>, floating ones as <c>double[]</c>, row-major.</summary>
    internal Array ReadNumbers(string name) => Guarded<Array>(
        name, () => Find(name) is var found && found.Dataset.Type.Class == H5DataTypeClass.FloatingPoint ? found.Doubles() : found.Whole());

    /// <summary>The members of records by name, as <see cref="ReadNumbers"/> gives numbers; what is no number is left out.</summary>
    internal IReadOnlyDictionary<string, Array> ReadRecords(string name) => Guarded(name, () => Find(name).Records());

    /// <summary>Whether an array holds whole or floating numbers.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <returns>Whether it does.</returns>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public bool IsNumeric(string name) => Guarded(name,
        () => Find(name).Dataset.Type.Class is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint or H5DataTypeClass.Enumerated);

    /// <summary>Whether an array holds text.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <returns>Whether it does.</returns>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public bool IsText(string name) =>
        Guarded(name, () => Find(name).Dataset.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength);

    /// <summary>Reads numbers of any width as float64, row-major.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <returns>As many numbers as the shape has places.</returns>
    /// <exception cref="DatasetException">There is no such array, it holds no numbers or too many, or the file is damaged.</exception>
    public double[] ReadDoubles(string name) => Guarded(name, () => Find(name).Doubles());

    /// <summary>Reads whole numbers of any width; floating ones are rounded towards zero, NaN becomes -1.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <returns>As many numbers as the shape has places, row-major.</returns>
    /// <exception cref="DatasetException">There is no such array, it holds no numbers, one beyond int64 or too many, or the file is
    /// damaged.</exception>
    public long[] ReadLongs(string name) =>
        Guarded(name, () => Find(name) is var found && found.Dataset.Type.Class == H5DataTypeClass.FloatingPoint
        ? Array.ConvertAll(found.Doubles(), value => double.IsNaN(value) ? -1 : checked((long)value))
        : found.Whole());

    /// <summary>Reads one row of a list of sequences, each of its own length; signed numbers count as unsigned ones.</summary>
    internal double[] ReadRow(string name, long row) => Guarded(name, () => Find(name).Row(row));

    /// <summary>Reads texts.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <returns>As many texts as the shape has places, row-major.</returns>
    /// <exception cref="DatasetException">There is no such array, it holds no text or too much, or the file is damaged.</exception>
    public string[] ReadTexts(string name) => Guarded(name, () => Find(name).Texts());

    /// <summary>The text of an attribute, or null where there is none or it is no text.</summary>
    /// <param name="group">Path of the group or array that has it; empty for the file itself.</param>
    /// <param name="attribute">Its name.</param>
    /// <returns>The text, or null.</returns>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public string? Attribute(string group, string attribute) => Guarded($"{group}@{attribute}", () =>
    {
        IH5Object owner = group.Length == 0 ? file : Required(group).Object;
        if (!owner.AttributeExists(attribute)
            || owner.Attribute(attribute) is not { Space: { Rank: 0, Type: H5DataspaceType.Scalar },
                Type.Class: H5DataTypeClass.String or H5DataTypeClass.VariableLength } found)
        {
            return null;
        }

        Hdf5Limits.Check(found, length);
        return found.Read<string>();
    });

    /// <summary>The number of an attribute, or null where there is none or it is no single number.</summary>
    internal double? NumericAttribute(string owner, string attribute) => Guarded<double?>($"{owner}@{attribute}", () =>
    {
        var required = Required(owner).Object;
        if (!required.AttributeExists(attribute) || required.Attribute(attribute) is not { Space.Type: H5DataspaceType.Scalar } found)
        {
            return null;
        }

        Hdf5Limits.Check(found, length);
        return (found.Type.Class, found.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 4) => found.Read<float>(),
            (H5DataTypeClass.FloatingPoint, 8) => found.Read<double>(),
            (H5DataTypeClass.FixedPoint, 4) => found.Read<int>(),
            (H5DataTypeClass.FixedPoint, 8) => found.Read<long>(),
            _ => null,
        };
    });

    /// <summary>Whether there is a group of this name; not where a link to it leads nowhere.</summary>
    internal bool LeadsToGroup(string name)
    {
        try
        {
            return Guarded(name, () => Locate(file, name, MostLinksInARow)?.Object is NativeGroup);
        }
        catch (DatasetException)
        {
            return false; // such as a movie in another file that was left at home
        }
    }

    /// <summary>Whether a group or array has an attribute of this name, of whatever type.</summary>
    internal bool HasAttribute(string owner, string attribute) =>
        Guarded($"{owner}@{attribute}", () => Required(owner).Object.AttributeExists(attribute));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var opened in family.Values)
        {
            opened.file.Dispose();
        }

        family.Clear();
    }

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static Hdf5File Open(string path, Dictionary<string, Hdf5File> family)
    {
        try
        {
            var (file, length) = Hdf5Limits.Open(path);
            return family[Path.GetFullPath(path)] = new Hdf5File(path, file, length, family);
        }
        catch (Exception failure) when (failure is IOException and not EndOfStreamException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be opened: {failure.Message}", failure);
        }
        catch (Exception failure)
        {
            throw new DatasetException($"{path} is not an HDF5 file this kit reads: {Reason(failure)}", failure);
        }
    }

    private Hdf5Array Find(string name)
    {
        var (owner, found) = Required(name);
        var dataset = found as NativeDataset ?? throw new DatasetException("it is no array");
        if (dataset.Layout.Class != H5DataLayoutClass.VirtualStorage)
        {
            return new Hdf5Array(dataset, owner.length, owner.Folder);
        }

        owner.CheckSources(dataset);
        return new Hdf5Array(dataset, family.Values.Sum(opened => opened.length), owner.Folder);
    }

    private (Hdf5File Owner, IH5Object Object) Required(string name) =>
        Locate(file, name, MostLinksInARow) ?? throw new DatasetException("there is nothing of this name");

    /// <summary>Follows a path from a group on, through links of every kind; null where there is no such name.</summary>
    private (Hdf5File Owner, IH5Object Object)? Locate(NativeGroup start, string name, int linksLeft)
    {
        (Hdf5File Owner, IH5Object Object) at = (this, name.StartsWith('/') ? file : start);
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (at.Object is not NativeGroup group || at.Owner.Follow(group, part, linksLeft) is not { } next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    private (Hdf5File Owner, IH5Object Object)? Follow(NativeGroup group, string name, int linksLeft)
    {
        var links = Hdf5Internals.Links(group);
        if (links is null ? !group.LinkExists(name) : links.All(link => link.Name != name))
        {
            return null;
        }

        if (links?.First(link => link.Name == name) is not { Path: { } target } led)
        {
            return group.Get(name) is var child and not IH5UnresolvedLink
                ? (this, child)
                : throw new DatasetException($"the link {name} leads nowhere");
        }

        if (linksLeft == 0)
        {
            throw new DatasetException($"more than {MostLinksInARow} links follow one another (they may go in a circle)");
        }

        var owner = led.File is null ? this : Beside(led.File);
        return owner.Locate(led.File is null ? group : owner.file, target, linksLeft - 1)
            ?? throw new DatasetException($"the link {name} leads to {target} in {owner.path}, where nothing of this name is");
    }

    /// <summary>Another file that this one names.</summary>
    private Hdf5File Beside(string name)
    {
        // as HDF5 looks for it: where it says, then by its name beside this file
        var full = Path.GetFullPath(Path.IsPathRooted(name) && !File.Exists(name) ? Path.GetFileName(name) : name, Folder);
        if (family.TryGetValue(full, out var opened))
        {
            return opened;
        }

        // pipes and devices have no length, and could be waited for without end
        return File.Exists(full) && new FileInfo(full).Length > 0
            ? Open(full, family)
            : throw new DatasetException(
                $"it is in another file, {name}, which is not beside this one ({full} does not exist). Put it there");
    }

    /// <summary>
    /// Reads what a virtual dataset is made of: PureHDF, which puts it together, takes what is missing for zeros and has no guard of its
    /// own.
    /// </summary>
    private void CheckSources(NativeDataset dataset, int linksLeft = MostLinksInARow)
    {
        foreach (var (name, source) in Hdf5Internals.Sources(dataset).Distinct())
        {
            if (name.Contains("%b", StringComparison.Ordinal) || source.Contains("%b", StringComparison.Ordinal))
            {
                throw new DatasetException(
                    $"it is made of numbered sources ({name}, {source}), which this kit does not put together. "
                    + "Copy it with h5repack first");
            }

            var owner = name == "." ? this : Beside(name);
            if (linksLeft == 0 || owner.Locate(owner.file, source, linksLeft)?.Object is not NativeDataset part)
            {
                throw new DatasetException($"it is made of {source} in {owner.path}, where no such array is");
            }

            if (part.Layout.Class == H5DataLayoutClass.VirtualStorage)
            {
                owner.CheckSources(part, linksLeft - 1);
            }
            else
            {
                new Hdf5Array(part, owner.length, owner.Folder).Doubles();
            }
        }
    }

    private T Guarded<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure)
        {
            throw new DatasetException($"{path}, {name}, cannot be read: {Reason(failure)}", failure);
        }
    }

    /// <summary>A parser on damaged bytes throws all sorts of things; their own words are kept.</summary>
    private static string Reason(Exception failure) => failure switch
    {
        DatasetException or InvalidDataException => failure.Message,
        EndOfStreamException => "the file ends inside it (damaged or cut short).",
        _ => string.Create(CultureInfo.InvariantCulture, $"{failure.Message} ({failure.GetType().Name})"),
    };
}
