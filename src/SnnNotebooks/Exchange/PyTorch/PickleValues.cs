using ScalarType = TorchSharp.torch.ScalarType;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>A name that a pickle refers to, such as <c>collections.OrderedDict</c>.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A dictionary in its order.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, int> places = []; // tuples and byte strings count as different unless they are one object: no reader here needs more

    public List<(object Key, object? Value)> Items { get; } = [];

    public void Set(object? key, object? value)
    {
        if (key is not (string or long or bool or double or byte[] or PickleTuple))
        {
            throw new CheckpointException($"A dictionary in the file has a key of type {key?.GetType().Name ?? "None"}; expected texts or numbers.");
        }

        if (places.TryGetValue(key, out var place))
        {
            Items[place] = (key, value);
        }
        else
        {
            places.Add(key, Items.Count);
            Items.Add((key, value));
        }
    }
}

/// <summary>A storage: the raw numbers that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Count">Its elements.</param>
/// <param name="Offset">Elements of <paramref name="Key"/> that come before it (older files have views of storages).</param>
internal sealed record PickleStorage(string Key, ScalarType Type, long Count, long Offset = 0);

/// <summary>A tensor that is yet to be made from its storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, ScalarType Type, long Offset, long[] Shape, long[] Strides);

/// <summary>Named values, such as the arguments of a program.</summary>
internal sealed class PickleNamespace
{
    public PickleDictionary Content { get; } = new();
}

/// <summary>NumPy's description of an element type.</summary>
internal sealed class PickleDtype(string name)
{
    public string Name { get; } = name;

    public bool BigEndian { get; set; }
}
