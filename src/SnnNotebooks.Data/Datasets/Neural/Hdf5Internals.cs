using System.Collections;
using System.Reflection;
using PureHDF;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// What PureHDF has read of an HDF5 file and does not show: where links lead, and where a dataset's values come from. Without it the
/// library follows links into other files itself, past every guard, and takes what it does not find for zeros. Holds for the version that
/// is pinned;
/// a member that is missing in another one fails at the first use.
/// </summary>
internal static class Hdf5Internals
{
    private const BindingFlags Any =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The links of a group; null for a group of the older kind, whose links lead nowhere but within the file.</summary>
    public static IReadOnlyList<Hdf5Link>? Links(NativeGroup group)
    {
        var messages = Messages(group);
        if (messages.FirstOrDefault(message => message.GetType().Name == "LinkInfoMessage") is not { } index)
        {
            return null;
        }

        var isDense = (ulong)Get(index, "BTree2NameIndexAddress")! != ulong.MaxValue;
        var links = isDense
            ? ((IEnumerable)Call(typeof(NativeGroup), group, "EnumerateLinkMessagesFromLinkInfoMessage", index)!).Cast<object>()
            : messages.Where(message => message.GetType().Name == "LinkMessage");
        return [.. links.Select(Link)];
    }

    /// <summary>Where an object is in its file, as references give it.</summary>
    public static ulong Address(NativeObject found) => (ulong)Get(Get(found, "Reference")!, "Value")!;

    /// <summary>Whether a dataset's values lie outside the file as raw bytes.</summary>
    public static bool IsStoredOutside(NativeDataset dataset) => Get(dataset, "InternalExternalFileList") is not null;

    /// <summary>The numbers and names of the filters that a dataset's chunks went through.</summary>
    public static IEnumerable<(int Id, string Name)> Filters(NativeDataset dataset) =>
        Get(dataset, "InternalFilterPipeline") is { } pipeline
        ? ((IEnumerable)Get(pipeline, "FilterDescriptions")!).Cast<object>()
            .Select(filter => ((int)(ushort)Get(filter, "Identifier")!, (string)Get(filter, "Name")!))
        : [];

    /// <summary>The files and datasets that a virtual dataset is put together from.</summary>
    public static IEnumerable<(string File, string Dataset)> Sources(NativeDataset dataset)
    {
        var context = Get(dataset, "Context")!;
        var place = Get(Get(dataset, "InternalDataLayout")!, "Properties")!;
        var heap = Call(Type("PureHDF.VOL.Native.NativeCache"), null, "GetGlobalHeapObject", context, Get(place, "Address")!, false)!;
        var block = ((IDictionary)Get(heap, "GlobalHeapObjects")!)[(int)(uint)Get(place, "Index")!]
            ?? throw new InvalidDataException("the list of its sources is missing");
        using var driver = (IDisposable)Activator.CreateInstance(
            Type("PureHDF.VFD.H5StreamDriver"), new MemoryStream((byte[])Get(block, "ObjectData")!), false)!;
        var list = Call(Type("PureHDF.VOL.Native.VdsGlobalHeapBlock"), null, "Decode", driver, Get(context, "Superblock")!)!;
        return [.. ((IEnumerable)Get(list, "VdsDatasetEntries")!).Cast<object>()
            .Select(entry => ((string)Get(entry, "SourceFileName")!, (string)Get(entry, "SourceDataset")!))];
    }

    private static List<object> Messages(NativeObject owner) =>
        [.. ((IEnumerable)Get(Get(owner, "Header")!, "HeaderMessages")!).Cast<object>().Select(message => Get(message, "Data")!)];

    private static Hdf5Link Link(object message)
    {
        var (name, target) = ((string)Get(message, "LinkName")!, Get(message, "LinkInfo")!);
        return target.GetType().Name switch
        {
            "HardLinkInfo" => new Hdf5Link(name, null, null),
            "SoftLinkInfo" => new Hdf5Link(name, null, (string)Get(target, "Value")!),
            "ExternalLinkInfo" => new Hdf5Link(name, (string)Get(target, "FilePath")!, (string)Get(target, "FullObjectPath")!),
            _ => throw new InvalidDataException($"the link {name} is of a kind that only its author's program can follow"),
        };
    }

    private static Type Type(string name) => typeof(NativeFile).Assembly.GetType(name) ?? throw new MissingMemberException("PureHDF", name);

    private static object? Get(object owner, string property)
    {
        for (var type = owner.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(property, Any) is { } found)
            {
                return Unwrapped(() => found.GetValue(owner));
            }
        }

        throw new MissingMemberException(owner.GetType().FullName, property);
    }

    private static object? Call(Type type, object? owner, string method, params object[] arguments)
    {
        var found = type.GetMethod(method, Any) ?? throw new MissingMethodException(type.FullName, method);
        return Unwrapped(() => found.Invoke(owner, arguments));
    }

    /// <summary>What the library throws is thrown as it is.</summary>
    private static object? Unwrapped(Func<object?> work)
    {
        try
        {
            return work();
        }
        catch (TargetInvocationException failure) when (failure.InnerException is { } cause)
        {
            throw new InvalidDataException(cause.Message, cause);
        }
    }
}

/// <summary>A name in a group and where it leads.</summary>
/// <param name="Name">The name.</param>
/// <param name="File">The file it leads to; null for the file it is in.</param>
/// <param name="Path">The path it leads to; null where it is the object itself.</param>
internal sealed record Hdf5Link(string Name, string? File, string? Path);
