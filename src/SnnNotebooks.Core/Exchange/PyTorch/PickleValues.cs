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
    private readonly Dictionary<object, int> places =
        []; // tuples and byte strings count as different unless they are one object: no reader here needs more

    public List<(object Key, object? Value)> Items { get; } = [];

    public void Set(object? key, object? value)
    {
        if (key is not (string or long or bool or double or byte[] or PickleTuple))
        {
            throw new CheckpointException(
                $"A dictionary in the file has a key of type {key?.GetType().Name ?? "None"}; expected texts or numbers.");
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
internal sealed record PickleStorage(string Key, ScalarType Type, long Count, long Offset = 0)
{
    /// <summary>The numbers themselves where they lie in the pickle (NumPy); else null, and the file has them under the key.</summary>
    public byte[]? Bytes { get; init; }
}

/// <summary>A tensor that is yet to be made from its storage.</summary>
/// <param name="Storage">Where its elements lie.</param>
/// <param name="Type">Their type.</param>
/// <param name="Offset">Elements before the first.</param>
/// <param name="Shape">Its axes.</param>
/// <param name="Strides">Elements from one to the next along each axis.</param>
/// <param name="BigEndian">Whether numbers begin with their highest byte.</param>
internal sealed record PickleTensor(
    PickleStorage Storage, ScalarType Type, long Offset, long[] Shape, long[] Strides, bool BigEndian = false);

/// <summary>Named values, such as the arguments of a program.</summary>
internal sealed class PickleNamespace
{
    public PickleDictionary Content { get; set; } = new();
}

/// <summary>A module that was saved whole, class and all: its fields, of which tensors, numbers and texts are looked at.</summary>
/// <param name="type">Its class, one of <see cref="KnownModules"/>.</param>
internal sealed class PickleModule(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;

    public PickleDictionary Fields { get; set; } = new();
}

/// <summary>A NumPy array: made empty, then told its content.</summary>
internal sealed class PickleArray
{
    public long[] Shape { get; set; } = [];

    public PickleDtype Type { get; set; } = new("V0");

    public bool IsFortran { get; set; }

    /// <summary>Its elements; null for Python objects.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>The array as a tensor; null where tensors have no such type.</summary>
    /// <exception cref="CheckpointException">It has more or fewer bytes than elements.</exception>
    public PickleTensor? ToTensor()
    {
        ScalarType? type = Type.Name.TrimStart('<', '=', '|', '>') switch
        {
            "f8" => ScalarType.Float64,
            "f4" => ScalarType.Float32,
            "f2" => ScalarType.Float16,
            "i8" => ScalarType.Int64,
            "i4" => ScalarType.Int32,
            "i2" => ScalarType.Int16,
            "i1" => ScalarType.Int8,
            "u1" => ScalarType.Byte,
            "b1" => ScalarType.Bool,
            "c8" => ScalarType.ComplexFloat32,
            "c16" => ScalarType.ComplexFloat64,
            _ => null,
        };
        if (type is not { } known || Bytes is null)
        {
            return null;
        }

        var count = RawTensor.Count(Shape);
        if (count < 0 || (Int128)count * RawTensor.SizeOf(known) != Bytes.Length)
        {
            throw new CheckpointException(
                $"A NumPy array in the file, [{string.Join(", ", Shape)}] of {Type.Name}, has {Bytes.Length} bytes (damaged).");
        }

        var strides = new long[Shape.Length];
        var step = 1L;
        for (var i = 0; i < strides.Length; i++)
        {
            var axis = IsFortran ? i : strides.Length - 1 - i;
            strides[axis] = step;
            step *= Math.Max(Shape[axis], 1);
        }

        return new PickleTensor(new PickleStorage(string.Empty, known, count) { Bytes = Bytes }, known, 0, Shape, strides, Type.BigEndian);
    }

    public override string ToString() =>
        $"a NumPy array [{string.Join(", ", Shape)}] of {(Bytes is null ? "objects" : Type.Name)}, not read";
}

/// <summary>NumPy's description of an element type.</summary>
internal sealed class PickleDtype(string name)
{
    public string Name { get; } = name;

    public bool BigEndian { get; set; }
}
