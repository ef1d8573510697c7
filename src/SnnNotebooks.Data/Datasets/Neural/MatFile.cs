using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Reads MATLAB's MAT files of version 5, 6 and 7 ("MAT-File Format", MathWorks) and 7.3 (HDF5): numbers, text, cells, structs, packed
/// variables, either byte order. The bytes may come from anyone: nothing is allocated that they do not hold.
/// </summary>
public sealed class MatFile
{
    /// <summary>All variables of a file together may unpack to this many bytes unless more is allowed: 1 GiB.</summary>
    public const long DefaultLargest = 1L << 30;

    /// <summary>How many times its own size a file may unpack to unless more is allowed; 64 MiB always may.</summary>
    public const long UsualRatio = 100;

    private const long SmallestLimit = 64L << 20;

    private const int HeaderLength = 128;
    private const int DeepestNesting = 64;
    private const int MostArrays = 5_000_000;
    private const int MostAxes = 32;

    private readonly string name;
    private readonly bool bigEndian;
    private readonly long largest;
    private readonly List<MatArray> variables;
    private long unpacked;
    private int arrays;

    private MatFile(string name, bool bigEndian, long largest, IEnumerable<MatArray> variables)
    {
        (this.name, this.bigEndian, this.largest, this.variables) = (name, bigEndian, largest, [.. variables]);
    }

    /// <summary>The variables, in the file's order.</summary>
    public IReadOnlyList<MatArray> Variables => variables;

    /// <summary>A variable.</summary>
    /// <param name="variable">Its name.</param>
    /// <exception cref="DatasetException">There is none of this name.</exception>
    public MatArray this[string variable] => variables.Find(own => own.Name == variable)
        ?? throw new DatasetException(
            $"{name} has no variable {variable}; it has {string.Join(", ", variables.Select(own => own.Name).Take(20))}.");

    /// <summary>Whether bytes begin like a MAT file of version 5 to 7.3.</summary>
    /// <param name="bytes">The first bytes of a file.</param>
    /// <returns>Whether they do.</returns>
    public static bool IsMat(ReadOnlySpan<byte> bytes) => IsHdf5(bytes) || IsPlain(bytes);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>.mat</c> file.</param>
    /// <param name="largest">More bytes than this, unpacked, are refused; null for <see cref="UsualRatio"/> times the file's, at most
    /// <see cref="DefaultLargest"/>.</param>
    /// <returns>The file's variables by name.</returns>
    /// <exception cref="DatasetException">It is missing, damaged, too large, or of another version.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static MatFile Read(string path, long? largest = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[HeaderLength];
            if (IsHdf5(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))))
            {
                var most = largest ?? Usual(file.Length);
                return new MatFile(path, bigEndian: false, most, MatHdf5File.Read(path, most));
            }

            return Parse(File.ReadAllBytes(path), path, largest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a file from memory.</summary>
    /// <param name="bytes">A whole MAT file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="largest">More bytes than this, unpacked, are refused; null for <see cref="UsualRatio"/> times the file's, at most
    /// <see cref="DefaultLargest"/>.</param>
    /// <returns>The file's variables by name.</returns>
    /// <exception cref="DatasetException">It is damaged, too large, or of another version; one of version 7.3 is read by
    /// <see cref="Read"/>.</exception>
    public static MatFile Parse(ReadOnlyMemory<byte> bytes, string name, long? largest = null)
    {
        if (!IsPlain(bytes.Span))
        {
            throw new DatasetException(IsHdf5(bytes.Span)
                ? $"{name} is a MAT file of version 7.3, which is HDF5 and is read from its file only."
                : $"{name} is no MAT file of version 5 to 7.3: bytes 124 to 127 do not give its version and byte order.");
        }

        var file = new MatFile(name, bytes.Span[126] == 'M', largest ?? Usual(bytes.Length), []);
        for (var at = HeaderLength; at < bytes.Length;)
        {
            var element = file.Next(bytes, ref at, padded: false);
            if (element.Storage == MatStorage.Compressed)
            {
                var inside = 0;
                var plain = file.Unpack(element.Values, at);
                element = file.Next(plain, ref inside, padded: true);
            }

            if (element.Storage != MatStorage.Matrix)
            {
                throw file.Bad(at, $"a variable is stored as type {(int)element.Storage}; expected a matrix");
            }

            if (file.Matrix(element.Values, at, depth: 0, fieldName: null) is { } variable)
            {
                file.variables.Add(variable);
            }
        }

        return file;
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderLength && bytes[124..128] is [0, 1, (byte)'I', (byte)'M'] or [1, 0, (byte)'M', (byte)'I'];

    private static bool IsHdf5(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderLength && bytes[124..128] is [0, 2, (byte)'I', (byte)'M'] or [2, 0, (byte)'M', (byte)'I'];

    private static long Usual(long length) => Math.Clamp(UsualRatio * length, SmallestLimit, DefaultLargest);

    private ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed, int at)
    {
        var plain = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[81920];
            for (int read; (read = zlib.Read(buffer)) > 0;)
            {
                unpacked += read;
                if (unpacked > largest)
                {
                    throw Bad(at, $"it unpacks to more than the {largest} bytes allowed for a file like this: allow more with largest");
                }

                plain.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException damaged)
        {
            throw new DatasetException(
                $"{name} is damaged before offset {at}: a packed variable cannot be unpacked ({damaged.Message}).", damaged);
        }

        return plain.GetBuffer().AsMemory(0, (int)plain.Length);
    }

    /// <summary>Reads one data element: a tag of type and length, then values; short ones lie inside the tag.</summary>
    private (MatStorage Storage, ReadOnlyMemory<byte> Values) Next(ReadOnlyMemory<byte> bytes, ref int at, bool padded)
    {
        if (bytes.Length - at < 8)
        {
            throw Bad(at, "it ends inside the tag of an element (cut short)");
        }

        var first = UInt32(bytes.Span[at..]);
        var small = first >> 16;
        if (small != 0)
        {
            if (small > 4)
            {
                throw Bad(at, $"a small element says to hold {small} bytes; at most 4 fit");
            }

            var held = bytes.Slice(at + 4, (int)small);
            at += 8;
            return ((MatStorage)(first & 0xffff), held);
        }

        var length = UInt32(bytes.Span[(at + 4)..]);
        if (length > bytes.Length - at - 8)
        {
            throw Bad(at, $"an element says to hold {length} bytes and only {bytes.Length - at - 8} follow (damaged or cut short)");
        }

        var values = bytes.Slice(at + 8, (int)length);
        var end = at + 8L + length;

        // a file may end without the last padding
        at = (int)Math.Min(padded ? (end + 7) / 8 * 8 : end, bytes.Length);
        return ((MatStorage)first, values);
    }

    /// <summary>An object's name and class; what it holds only MATLAB knows.</summary>
    private MatArray Object(ReadOnlyMemory<byte> bytes, int at)
    {
        string Text() => Encoding.Latin1.GetString(Next(bytes, ref at, padded: true).Values.Span);
        var (label, _, kind) = (Text(), Text(), Text());
        return new MatArray(label, MatClass.Opaque, [1, 1]) { ObjectName = kind };
    }

    /// <summary>Reads an array; null for what MATLAB keeps to itself.</summary>
    private MatArray? Matrix(ReadOnlyMemory<byte> bytes, int from, int depth, string? fieldName)
    {
        if (depth > DeepestNesting)
        {
            throw Bad(from, $"cells are nested more than {DeepestNesting} deep");
        }

        if (++arrays > MostArrays)
        {
            throw Bad(from, $"it holds more than {MostArrays} arrays");
        }

        if (bytes.Length == 0)
        {
            return new MatArray(fieldName ?? string.Empty, MatClass.Double, [0, 0]);
        }

        var at = 0;
        var flags = Next(bytes, ref at, padded: true);
        if (flags.Storage != MatStorage.UInt32 || flags.Values.Length < 8)
        {
            throw Bad(from, $"an array does not begin with its flags but with type {(int)flags.Storage}");
        }

        var word = UInt32(flags.Values.Span);
        var kind = (MatClass)(word & 0xff);
        if ((int)kind is 16 or 17)
        {
            return fieldName is not null || depth > 0 ? new MatArray(fieldName ?? string.Empty, MatClass.Opaque, [1, 1])
                : kind == MatClass.Opaque ? Object(bytes, at)
                : null;
        }

        var shape = Shape(Next(bytes, ref at, padded: true), from);
        var own = Encoding.Latin1.GetString(Next(bytes, ref at, padded: true).Values.Span);
        var label = fieldName ?? own;
        var count = shape.Aggregate((Int128)1, (product, axis) => product > long.MaxValue ? product : product * axis);
        if (count > long.MaxValue)
        {
            throw Bad(from, $"{label} has the impossible shape [{string.Join(", ", shape)}]");
        }

        return kind switch
        {
            MatClass.Cell => new MatArray(label, kind, shape, cells: Cells(bytes, at, from, depth, (long)count, [string.Empty])),
            MatClass.Struct => Struct(kind, label, shape, bytes, at, from, depth, (long)count),
            MatClass.Object => Object(label, shape, bytes, at, from, depth, (long)count),
            MatClass.Sparse => new MatArray(label, kind, shape),
            MatClass.Char or (>= MatClass.Double and <= MatClass.UInt64) => Plain(
                kind, label, shape, (word & 0x0200) != 0, bytes, at, from, (long)count),
            _ => throw Bad(from, $"{label} is of class {(int)kind}; known are 1 to 17"),
        };
    }

    private MatArray Plain(MatClass kind, string label, long[] shape, bool logical, ReadOnlyMemory<byte> bytes, int at,
        int from, long count)
    {
        if (count == 0)
        {
            return new MatArray(label, kind, shape, logical);
        }

        var (storage, values) = Next(bytes, ref at, padded: true);
        var size = storage.Size();
        var fits = kind == MatClass.Char && storage == MatStorage.Utf8 ? values.Length >= count : (Int128)count * size == values.Length;
        return size > 0 && fits
            ? new MatArray(label, kind, shape, logical, values, storage, bigEndian)
            : throw Bad(
                from, $"{label} has the shape [{string.Join(", ", shape)}] and {values.Length} bytes of type {(int)storage} (damaged)");
    }

    private MatArray Object(string label, long[] shape, ReadOnlyMemory<byte> bytes, int at, int from, int depth, long count)
    {
        Next(bytes, ref at, padded: true); // the class's name
        return Struct(MatClass.Object, label, shape, bytes, at, from, depth, count);
    }

    private MatArray Struct(MatClass kind, string label, long[] shape, ReadOnlyMemory<byte> bytes, int at, int from, int depth, long count)
    {
        var width = Next(bytes, ref at, padded: true).Values;
        var names = Next(bytes, ref at, padded: true).Values;
        var length = width.Length >= 4 ? UInt32(width.Span) : 0;
        if (names.Length > 0 && (length == 0 || length > names.Length || names.Length % length != 0))
        {
            throw Bad(from, $"{label} gives {names.Length} bytes of field names of {length} bytes each");
        }

        var fields = new string[names.Length == 0 ? 0 : names.Length / (int)length];
        for (var field = 0; field < fields.Length; field++)
        {
            var text = names.Span.Slice(field * (int)length, (int)length);
            var end = text.IndexOf((byte)0);
            fields[field] = Encoding.Latin1.GetString(end < 0 ? text : text[..end]);
        }

        return new MatArray(label, kind, shape, fields: fields, cells: Cells(bytes, at, from, depth, count, fields));
    }

    /// <summary>Arrays one after another, as many as elements times fields. Each takes eight bytes at least.</summary>
    private MatArray[] Cells(ReadOnlyMemory<byte> bytes, int at, int from, int depth, long count, string[] fields)
    {
        var total = (Int128)count * fields.Length;
        if (total > (bytes.Length - at) / 8)
        {
            throw Bad(from, $"it says to hold {total} arrays, more than its {bytes.Length - at} bytes can");
        }

        var cells = new MatArray[(int)total];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            var element = Next(bytes, ref at, padded: true);
            if (element.Storage != MatStorage.Matrix)
            {
                throw Bad(from, $"a cell is stored as type {(int)element.Storage}; expected a matrix");
            }

            cells[cell] = Matrix(element.Values, from, depth + 1, fields[cell % fields.Length])!;
        }

        return cells;
    }

    private long[] Shape((MatStorage Storage, ReadOnlyMemory<byte> Values) element, int from)
    {
        var axes = element.Values.Length / 4;
        if (element.Storage is not (MatStorage.Int32 or MatStorage.UInt32) || axes is < 2 or > MostAxes)
        {
            throw Bad(
                from,
                $"an array gives its shape in {element.Values.Length} bytes of type {(int)element.Storage}; "
                + $"expected 2 to {MostAxes} int32");
        }

        var shape = new long[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var length = (int)UInt32(element.Values.Span[(4 * axis)..]);
            shape[axis] = length >= 0 ? length : throw Bad(from, $"an array has an axis of length {length}");
        }

        return shape;
    }

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private DatasetException Bad(int at, string what) => new($"{name} is not a MAT file this kit reads, near offset {at}: {what}.");
}
