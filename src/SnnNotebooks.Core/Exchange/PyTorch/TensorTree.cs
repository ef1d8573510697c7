using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// Finds the tensors in what a pickle holds and gives them names: paths of dictionary keys and list places, joined by dots. Where all
/// tensors that are named like weights lie in one dictionary inside, such as <c>state_dict</c>, its keys are used as they are.
/// </summary>
internal sealed class TensorTree(string path)
{
    private const int Deepest = 64;
    private const int MostNodes = 1 << 20;
    private const int MostArguments = 1000;
    private static readonly string[] WeightNames = ["state_dict", "model_state_dict", "model", "net", "network", "module",
        "params", "weights"];

    private static readonly string[] AverageNames = ["state_dict_ema", "model_ema", "ema_state_dict", "ema"];

    private readonly List<(string Key, PickleTensor Tensor)> tensors = [];
    private readonly List<string> remarks = [];
    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);
    private int nodes;

    /// <summary>Where a module was saved whole its class and its fields that are numbers, texts or flags.</summary>
    public IReadOnlyDictionary<string, string> Fields => fields;

    /// <summary>Everything there is.</summary>
    /// <param name="root">What the pickle held.</param>
    /// <returns>Named tensors, and a line for each thing that is none.</returns>
    public (List<(string Key, PickleTensor Tensor)> Tensors, List<string> Remarks) Collect(object? root)
    {
        var weights = root;
        if (root is PickleDictionary whole && !whole.Items.Any(item => item.Value is PickleTensor))
        {
            var (inner, averages) = (Named(whole, WeightNames), Named(whole, AverageNames));
            inner = inner.Count > 0 ? inner : averages;
            if (inner.Count == 1)
            {
                weights = inner[0].Value;
                remarks.Add($"weights are those of the entry {inner[0].Key}");
                if (averages.Count > 0 && averages[0].Key != inner[0].Key)
                {
                    remarks.Add(
                        $"weights are not their running average, which is in the entry {averages[0].Key}: to take that, save it alone in "
                        + $"Python, torch.save(file['{averages[0].Key}'], 'average.pt')");
                }

                foreach (var (key, value) in whole.Items.Where(item => !Equals(item.Key, inner[0].Key)))
                {
                    if (value is PickleNamespace arguments)
                    {
                        remarks.AddRange(arguments.Content.Items.Take(MostArguments)
                            .Select(item => $"{Name(key)}.{Name(item.Key)}: {Brief(item.Value)}"));
                        continue;
                    }

                    remarks.Add($"{Name(key)}: {Brief(value)}");
                }
            }
        }

        Walk(weights, string.Empty, 0);
        var twice = tensors.CountBy(entry => entry.Key, StringComparer.Ordinal).FirstOrDefault(entry => entry.Value > 1);
        return twice.Key is null
            ? (tensors, remarks)
            : throw new CheckpointException(
                $"{path} holds {twice.Value} tensors that would be called {twice.Key}; expected one of each name.");
    }

    private static List<(object Key, object? Value)> Named(PickleDictionary whole, string[] names) =>
        [.. whole.Items.Where(item => item is { Key: string key, Value: PickleDictionary } && names.Contains(key))];

    private void Walk(object? value, string name, int depth)
    {
        if (depth > Deepest || ++nodes > MostNodes)
        {
            throw new CheckpointException(
                $"{path} nests containers more than {Deepest} deep or holds more than {MostNodes} things: "
                + "it is damaged or made to do harm.");
        }

        switch (value)
        {
            case PickleTensor tensor:
                tensors.Add((name.Length == 0 ? "tensor" : name, tensor));
                break;
            case PickleStorage storage:
                tensors.Add((name.Length == 0 ? "storage" : name, new PickleTensor(storage, storage.Type, 0, [storage.Count], [1])));
                break;
            case PickleDictionary dictionary:
                foreach (var (key, item) in dictionary.Items)
                {
                    Walk(item, Joined(name, Name(key)), depth + 1);
                }

                break;
            case PickleNamespace arguments:
                Walk(arguments.Content, name, depth + 1);
                break;
            case PickleModule module:
                fields[Joined(name, "class")] = module.Type.ToString();
                foreach (var (key, item) in KnownModules.Content(module))
                {
                    if (item is long or double or bool or string)
                    {
                        fields[Joined(name, key)] = Convert.ToString(item, CultureInfo.InvariantCulture)!;
                        continue;
                    }

                    Walk(item, Joined(name, key), depth + 1);
                }

                break;
            case PickleArray array when array.ToTensor() is { } numbers:
                tensors.Add((name.Length == 0 ? "array" : name, numbers));
                break;
            case List<object?> list:
                Each(list, name, depth);
                break;
            case PickleTuple tuple:
                Each(tuple.Items, name, depth);
                break;
            default:
                remarks.Add($"{(name.Length == 0 ? "content" : name)}: {Show(value)}");
                break;
        }
    }

    private void Each(IReadOnlyList<object?> items, string name, int depth)
    {
        for (var i = 0; i < items.Count; i++)
        {
            Walk(items[i], Joined(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
        }
    }

    private static string Joined(string name, string part) => name.Length == 0 ? part : $"{name}.{part}";

    private static string Name(object? key) => key is PickleTuple tuple
        ? $"({string.Join(", ", tuple.Items.Select(item => item is PickleTuple ? "(...)" : Name(item)))})"
        : Convert.ToString(key, CultureInfo.InvariantCulture) ?? string.Empty;

    private static string Brief(object? value) =>
        value is PickleDictionary or PickleNamespace or List<object?> or PickleTuple ? "a container, not read" : Show(value);

    private static string Show(object? value) => value switch
    {
        null => "None",
        string text => text.Length > 60 ? text[..60] + "..." : text,
        byte[] bytes => $"{bytes.Length} bytes",
        PickleTensor tensor => $"a tensor [{string.Join(", ", tensor.Shape)}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? value.GetType().Name,
    };
}

/// <summary>Makes tensors from storages.</summary>
internal static class TensorViews
{
    /// <summary>Makes every tensor a tensor of its own, contiguous, whatever it shared and however its strides lay.</summary>
    /// <param name="tensors">What the file describes.</param>
    /// <param name="bytes">The bytes of a storage by its key.</param>
    /// <param name="path">What to call the file.</param>
    /// <param name="budget">What may be allocated.</param>
    public static List<(string Key, Tensor Value)> Make(
        IEnumerable<(string Key, PickleTensor Tensor)> tensors, Func<PickleStorage, byte[]> bytes, string path, MemoryBudget budget)
    {
        var made = new List<(string, Tensor)>();
        try
        {
            foreach (var (key, tensor) in tensors)
            {
                made.Add((key, One(key, tensor, bytes, path, budget)));
            }
        }
        catch
        {
            made.ForEach(entry => entry.Item2.Dispose());
            throw;
        }

        return made;
    }

    private static Tensor One(string key, PickleTensor tensor, Func<PickleStorage, byte[]> bytes, string path, MemoryBudget budget)
    {
        var size = RawTensor.SizeOf(tensor.Type);
        var count = RawTensor.Count(tensor.Shape);
        if (count < 0 || tensor.Shape.Length != tensor.Strides.Length || tensor.Shape.Length > 64 || tensor.Offset < 0
            || tensor.Strides.Any(stride => stride < 0))
        {
            throw Outside(key, path);
        }

        budget.Take(count * size < 0 ? long.MaxValue : count * size);
        var storage = tensor.Storage.Bytes ?? bytes(tensor.Storage);
        var start = (Int128)tensor.Offset + tensor.Storage.Offset;
        var last = start;
        for (var axis = 0; axis < tensor.Shape.Length; axis++)
        {
            last += (Int128)Math.Max(tensor.Shape[axis] - 1, 0) * tensor.Strides[axis];
        }

        if (count > 0 && (last + 1) * size > storage.Length)
        {
            throw Outside(key, path);
        }

        return RawTensor.Create(tensor.Shape, tensor.Type, memory =>
        {
            Gather(storage, (long)start, tensor, size, memory);
            if (tensor.BigEndian)
            {
                // of a complex number each part is turned
                var part = tensor.Type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 ? size / 2 : size;
                for (var place = 0; place < memory.Length; place += part)
                {
                    memory.Slice(place, part).Reverse();
                }
            }

            if (tensor.Type == ScalarType.Bool && memory.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw new CheckpointException($"{path}: a truth value of {key} is neither 0 nor 1 (damaged).");
            }
        });
    }

    private static void Gather(byte[] storage, long start, PickleTensor tensor, int size, Span<byte> memory)
    {
        if (IsContiguous(tensor))
        {
            storage.AsSpan(checked((int)(start * size)), memory.Length).CopyTo(memory);
            return;
        }

        var index = new long[tensor.Shape.Length];
        for (var place = 0; place < memory.Length; place += size)
        {
            var element = start;
            for (var axis = 0; axis < index.Length; axis++)
            {
                element += index[axis] * tensor.Strides[axis];
            }

            storage.AsSpan(checked((int)(element * size)), size).CopyTo(memory[place..]);
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private static bool IsContiguous(PickleTensor tensor)
    {
        var expected = 1L;
        for (var axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[axis];
        }

        return true;
    }

    private static CheckpointException Outside(string key, string path) =>
        new($"{path}: the tensor {key} lies outside its storage (damaged).");
}
