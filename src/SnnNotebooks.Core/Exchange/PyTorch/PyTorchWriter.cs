using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// Writes a state dictionary as <c>torch.save</c> does since PyTorch 1.6: a zip archive, not compressed, of a pickle of protocol 2 that
/// rebuilds an ordered dictionary of tensors, and one entry of bytes for each.
/// </summary>
internal static class PyTorchWriter
{
    private const string Root = "archive/";
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // that a zip archive can name

    private static readonly Dictionary<ScalarType, string> Storages = new()
    {
        [ScalarType.Float64] = "DoubleStorage", [ScalarType.Float32] = "FloatStorage", [ScalarType.Float16] = "HalfStorage",
        [ScalarType.BFloat16] = "BFloat16Storage", [ScalarType.Int64] = "LongStorage", [ScalarType.Int32] = "IntStorage",
        [ScalarType.Int16] = "ShortStorage", [ScalarType.Int8] = "CharStorage", [ScalarType.Byte] = "ByteStorage",
        [ScalarType.Bool] = "BoolStorage",
    };

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="CheckpointException">A tensor is of a type that PyTorch's files do not have.</exception>
    public static void Write(string path, IReadOnlyList<(string Key, Tensor Value)> tensors) => AtomicFile.Write(path, (Stream stream) =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(zip, "data.pkl", file => file.Write(Pickle(tensors)));
        Add(zip, "byteorder", file => file.Write("little"u8));
        for (var place = 0; place < tensors.Count; place++)
        {
            Add(zip, "data/" + Key(place), file => RawTensor.Bytes(tensors[place].Value, file.Write));
        }

        Add(zip, "version", file => file.Write("3\n"u8));
    });

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(Root + name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Earliest; // equal tensors make equal files
        using var content = entry.Open();
        write(content);
    }

    private static string Key(int place) => place.ToString(CultureInfo.InvariantCulture);

    private static byte[] Pickle(IReadOnlyList<(string Key, Tensor Value)> tensors)
    {
        var pickle = new Pickler();
        pickle.Begin();
        pickle.Global("collections", "OrderedDict");
        pickle.EmptyTuple();
        pickle.Reduce();
        pickle.Mark();
        for (var place = 0; place < tensors.Count; place++)
        {
            var (name, value) = tensors[place];
            var storage = Storages.GetValueOrDefault(value.dtype)
                ?? throw new CheckpointException($"{name} is of type {value.dtype}, which PyTorch's files do not have: convert it first.");
            pickle.Text(name);
            pickle.Global("torch._utils", "_rebuild_tensor_v2");
            pickle.Mark();
            pickle.Mark();
            pickle.Text("storage");
            pickle.Global("torch", storage);
            pickle.Text(Key(place));
            pickle.Text("cpu");
            pickle.Number(value.numel());
            pickle.Tuple();
            pickle.PersistentId();
            pickle.Number(0);
            pickle.Numbers(value.shape);
            pickle.Numbers(Strides(value.shape));
            pickle.False();
            pickle.Global("collections", "OrderedDict");
            pickle.EmptyTuple();
            pickle.Reduce();
            pickle.Tuple();
            pickle.Reduce();
        }

        pickle.SetItems();
        return pickle.End();
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= Math.Max(shape[axis], 1);
        }

        return strides;
    }

    /// <summary>The few instructions of Python's pickle that are needed (pickletools.py).</summary>
    private sealed class Pickler
    {
        private readonly List<byte> bytes = [];

        public void Begin() => bytes.AddRange((ReadOnlySpan<byte>)[0x80, 2]);

        public void Global(string module, string name) => bytes.AddRange(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

        public void EmptyTuple() => bytes.Add((byte)')');

        public void Reduce() => bytes.Add((byte)'R');

        public void Mark() => bytes.Add((byte)'(');

        public void Tuple() => bytes.Add((byte)'t');

        public void PersistentId() => bytes.Add((byte)'Q');

        public void False() => bytes.Add(0x89);

        public void SetItems() => bytes.Add((byte)'u');

        public void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Span<byte> head = stackalloc byte[5];
            head[0] = (byte)'X';
            BinaryPrimitives.WriteInt32LittleEndian(head[1..], utf8.Length);
            bytes.AddRange(head);
            bytes.AddRange(utf8);
        }

        public void Number(long value)
        {
            Span<byte> number = stackalloc byte[10];
            (number[0], number[1]) = (0x8A, 8); // LONG1 of eight bytes
            BinaryPrimitives.WriteInt64LittleEndian(number[2..], value);
            bytes.AddRange(number);
        }

        public void Numbers(long[] values)
        {
            Mark();
            foreach (var value in values)
            {
                Number(value);
            }

            Tuple();
        }

        public byte[] End()
        {
            bytes.Add((byte)'.');
            return [.. bytes];
        }
    }
}
