using System.Buffers.Binary;
using System.Text;
using ScalarType = TorchSharp.torch.ScalarType;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>The names a checkpoint may refer to, and what stands for what they would make.</summary>
internal static class KnownGlobals
{
    /// <summary>What somebody can do whose file is refused.</summary>
    public const string Advice =
        "Only tensors, plain containers and numbers are read, since a pickle can run any code. Where you trust the file, save its "
        + "weights alone in Python, torch.save(model.state_dict(), 'weights.pt') or safetensors.torch.save_file(...), and read that.";

    private const int MostAxes = 64;

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["Double"] = ScalarType.Float64, ["Float"] = ScalarType.Float32, ["Half"] = ScalarType.Float16, ["BFloat16"] = ScalarType.BFloat16,
        ["Long"] = ScalarType.Int64, ["Int"] = ScalarType.Int32, ["Short"] = ScalarType.Int16, ["Char"] = ScalarType.Int8,
        ["Byte"] = ScalarType.Byte, ["Bool"] = ScalarType.Bool,
        ["ComplexFloat"] = ScalarType.ComplexFloat32, ["ComplexDouble"] = ScalarType.ComplexFloat64,
    };

    private static readonly Dictionary<string, ScalarType> Dtypes = new(StringComparer.Ordinal)
    {
        ["float64"] = ScalarType.Float64, ["float32"] = ScalarType.Float32, ["float16"] = ScalarType.Float16,
        ["bfloat16"] = ScalarType.BFloat16,
        ["int64"] = ScalarType.Int64, ["int32"] = ScalarType.Int32, ["int16"] = ScalarType.Int16, ["int8"] = ScalarType.Int8,
        ["uint8"] = ScalarType.Byte, ["bool"] = ScalarType.Bool,
        ["complex64"] = ScalarType.ComplexFloat32, ["complex128"] = ScalarType.ComplexFloat64,
    };

    // what a dictionary with defaults may make of a missing key: remembered by nobody here
    private static readonly HashSet<string> Factories = new(
        StringComparer.Ordinal) { "int", "long", "float", "bool", "str", "list", "dict", "tuple", "set" }; // long: protocol 2 calls int so

    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "collections.defaultdict", "argparse.Namespace", // of which timm writes one, the arguments of the run
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_parameter",
        "torch.Size", "torch.device",
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.core.numeric._frombuffer",
        "numpy._core.numeric._frombuffer",
        "builtins.bytes", "__builtin__.bytes",
        "_codecs.encode", "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset", "builtins.complex",
        "__builtin__.complex",
    };

    /// <summary>What a name stands for.</summary>
    /// <exception cref="CheckpointException">It is none of the known ones.</exception>
    public static object Find(string module, string name, string path)
    {
        var global = new PickleGlobal(module, name);
        if (module == "torch" && Dtypes.TryGetValue(name, out var dtype))
        {
            return dtype;
        }

        return StorageType(global) is not null || Functions.Contains(global.ToString()) || IsFactory(global)
            || global is { Module: "torch.storage", Name: "UntypedStorage" } || KnownModules.Contains(global.ToString())
            ? global
            : throw new CheckpointException($"{path} refers to {global}, which is not read. {Advice}");
    }

    /// <summary>The element type of a storage class such as <c>torch.FloatStorage</c>, or null.</summary>
    public static ScalarType? StorageType(PickleGlobal global) =>
        global.Module is "torch" or "torch.cuda" && global.Name.EndsWith("Storage", StringComparison.Ordinal)
            && Types.TryGetValue(global.Name[..^7], out var type) ? type
        : global is { Module: "torch" or "torch.storage", Name: "UntypedStorage" } ? ScalarType.Byte
        : null;

    /// <summary>
    /// What a call of a known name gives; what is copied for it is taken from the budget, since a file can ask for the same copy many
    /// times.
    /// </summary>
    public static object? Make(PickleGlobal function, object?[] arguments, string path, MemoryBudget budget)
    {
        var result = (function.ToString(), arguments) switch
        {
            (var type, []) when KnownModules.Contains(type) => new PickleModule(function),
            ("collections.OrderedDict", []) => new PickleDictionary(),
            ("collections.OrderedDict", [List<object?> pairs]) => Pairs(pairs, budget),
            ("collections.defaultdict", []) or ("collections.defaultdict", [null]) => new PickleDictionary(),
            ("collections.defaultdict", [PickleGlobal factory]) when IsFactory(factory) => new PickleDictionary(),
            ("argparse.Namespace", []) => new PickleNamespace(),
            ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, PickleTuple shape,
                PickleTuple strides, ..]) =>
                new PickleTensor(storage, storage.Type, offset, Axes(shape), Axes(strides)),
            ("torch._utils._rebuild_tensor_v3", [PickleStorage storage, long offset, PickleTuple shape, PickleTuple strides, _, _,
                ScalarType type, ..]) =>
                new PickleTensor(storage, type, offset, Axes(shape), Axes(strides)),
            ("torch._utils._rebuild_parameter", [PickleTensor tensor, ..]) => tensor,
            ("torch.Size", [PickleTuple shape]) => shape,
            ("torch.device", [string kind, ..]) => kind,
            ("numpy.dtype", [string name, ..]) => new PickleDtype(name),
            ("numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar", [PickleDtype type, byte[] bytes]) => Scalar(type, bytes),
            ("numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct", [PickleGlobal { Module: "numpy",
                Name: "ndarray" }, PickleTuple, byte[]]) => new PickleArray(),
            ("numpy.core.numeric._frombuffer" or "numpy._core.numeric._frombuffer", [byte[] bytes, PickleDtype type, PickleTuple shape,
                "C" or "F"]) =>
                new PickleArray { Shape = Axes(shape), Type = type, IsFortran = arguments[3] is "F", Bytes = bytes },
            ("builtins.bytes" or "__builtin__.bytes", []) => Array.Empty<byte>(),
            ("_codecs.encode", [string text, "latin1" or "latin-1"]) => Encoded(text, budget),
            ("builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset", []) => new List<object?>(),
            ("builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset", [List<object?> items]) => items,
            ("builtins.complex" or "__builtin__.complex", [double real, double imaginary]) => new System.Numerics.Complex(real, imaginary),
            _ => null,
        };
        return result ?? throw new CheckpointException(
            $"{path} calls {function} with {arguments.Length} arguments that are not as PyTorch writes them (damaged).");
    }

    /// <summary>
    /// Sets what an object remembers besides its content: of ordered dictionaries it is not kept, of modules, namespaces and arrays it is
    /// the content, of NumPy's types the order of bytes.
    /// </summary>
    public static void SetState(object? target, object? state, string path)
    {
        switch (target, state)
        {
            case (PickleDictionary, PickleDictionary):
                break; // _metadata: version numbers of modules
            case (PickleDtype type, PickleTuple { Items: [long, string order, ..] }):
                type.BigEndian = order == ">";
                break;
            case (PickleModule module, PickleDictionary fields):
                KnownModules.SetState(module, fields, path);
                break;
            case (PickleNamespace names, PickleDictionary content):
                names.Content = content;
                break;
            case (PickleArray array, PickleTuple { Items: [long, PickleTuple shape, PickleDtype type, bool fortran, var content] }):
                (array.Shape, array.Type, array.IsFortran, array.Bytes) = (Axes(shape), type, fortran, content as byte[]);
                break;
            default:
                throw new CheckpointException($"{path} sets the state of a {target?.GetType().Name ?? "None"}, which has none (damaged).");
        }
    }

    private static bool IsFactory(PickleGlobal global) => global.Module is "builtins" or "__builtin__" && Factories.Contains(global.Name);

    private static byte[] Encoded(string text, MemoryBudget budget)
    {
        budget.Take(text.Length);
        return Encoding.Latin1.GetBytes(text);
    }

    private static PickleDictionary? Pairs(List<object?> pairs, MemoryBudget budget)
    {
        budget.Take(64L * pairs.Count);
        var dictionary = new PickleDictionary();
        foreach (var pair in pairs)
        {
            var items = pair switch { PickleTuple tuple => tuple.Items, List<object?> list => [.. list], _ => [] };
            if (items.Length != 2)
            {
                return null;
            }

            dictionary.Set(items[0], items[1]);
        }

        return dictionary;
    }

    private static long[] Axes(PickleTuple tuple) => tuple.Items.Length <= MostAxes
        ? Array.ConvertAll(tuple.Items, item => item is long axis ? axis : throw new InvalidCastException("a tensor's axis is no number"))
        : throw new FormatException($"a tensor has {tuple.Items.Length} axes, at most {MostAxes} are read");

    private static object? Scalar(PickleDtype type, byte[] bytes)
    {
        if (type.BigEndian && bytes.Length <= 8)
        {
            bytes = [.. bytes.Reverse()];
        }

        return (type.Name.TrimStart('<', '=', '|', '>'), bytes.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ("i2", 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ("i1", 1) => (long)(sbyte)bytes[0],
            ("u8", 8) => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var number && number <= long.MaxValue
                ? (long)number
                : (object)(System.Numerics.BigInteger)number,
            ("u4", 4) => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            ("u2", 2) => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ("u1", 1) => (long)bytes[0],
            ("b1", 1) => bytes[0] != 0,
            _ => null,
        };
    }
}
