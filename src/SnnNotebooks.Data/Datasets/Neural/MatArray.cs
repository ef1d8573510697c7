using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>MATLAB's class of an array, with the numbers of the MAT-file format.</summary>
public enum MatClass
{
    /// <summary>An array of arrays.</summary>
    Cell = 1,

    /// <summary>An array of records with named fields.</summary>
    Struct = 2,

    /// <summary>A struct that belongs to a class of the user's.</summary>
    Object = 3,

    /// <summary>Text.</summary>
    Char = 4,

    /// <summary>A sparse matrix; its values are not read.</summary>
    Sparse = 5,

    /// <summary>float64.</summary>
    Double = 6,

    /// <summary>float32.</summary>
    Single = 7,

    /// <summary>int8.</summary>
    Int8 = 8,

    /// <summary>uint8.</summary>
    UInt8 = 9,

    /// <summary>int16.</summary>
    Int16 = 10,

    /// <summary>uint16.</summary>
    UInt16 = 11,

    /// <summary>int32.</summary>
    Int32 = 12,

    /// <summary>uint32.</summary>
    UInt32 = 13,

    /// <summary>int64.</summary>
    Int64 = 14,

    /// <summary>uint64.</summary>
    UInt64 = 15,

    /// <summary>A function or an object of a later MATLAB; its content is not read.</summary>
    Opaque = 17,
}

/// <summary>A variable, cell or field of a MAT file. Values lie in MATLAB's order, the first axis changing fastest.</summary>
public sealed class MatArray
{
    private readonly ReadOnlyMemory<byte> values;
    private readonly MatStorage storage;
    private readonly bool bigEndian;

    internal MatArray(string name, MatClass kind, long[] shape, bool logical = false, ReadOnlyMemory<byte> values = default,
        MatStorage storage = MatStorage.None, bool bigEndian = false, IReadOnlyList<string>? fields = null,
        IReadOnlyList<MatArray>? cells = null)
    {
        (Name, Class, Shape, IsLogical, this.values, this.storage, this.bigEndian) =
            (name, kind, shape, logical, values, storage, bigEndian);
        (Fields, Cells) = (fields ?? [], cells ?? []);
    }

    /// <summary>The variable's name; empty for a cell, the field's name for a field.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public MatClass Class { get; }

    /// <summary>The axes' lengths, at least two.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether its numbers are truth values.</summary>
    public bool IsLogical { get; }

    /// <summary>Whether it holds numbers.</summary>
    public bool IsNumeric => Class is >= MatClass.Double and <= MatClass.UInt64;

    /// <summary>MATLAB's name of the class of an object, such as <c>table</c>; null where it is none, or nothing is known of it.</summary>
    internal string? ObjectName { get; init; }

    /// <summary>NumPy's name of the class of its numbers, such as <c>float64</c>; else MATLAB's word for it.</summary>
    public string ElementName => Class switch
    {
        _ when ObjectName is not null => ObjectName,
        _ when IsLogical => "bool",
        MatClass.Double => "float64",
        MatClass.Single => "float32",
        _ => Class.ToString().ToLowerInvariant(),
    };

    /// <summary>A struct's field names, in order.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>
    /// The cells of a cell array, in MATLAB's order; of a struct array all fields of the first record, then of the second.
    /// </summary>
    public IReadOnlyList<MatArray> Cells { get; }

    /// <summary>How many elements there are.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => product * axis);

    /// <summary>A field of one record of a struct array.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="record">Which record, from 0, in MATLAB's order.</param>
    /// <returns>The field's array.</returns>
    /// <exception cref="DatasetException">There is no such field or record.</exception>
    public MatArray Field(string name, int record = 0)
    {
        var field = Fields.ToList().IndexOf(name);
        var place = ((long)record * Fields.Count) + field;
        return field >= 0 && record >= 0 && place < Cells.Count
            ? Cells[(int)place]
            : throw new DatasetException(
                $"{(Name.Length == 0 ? "The struct" : Name)} has no field {name} in record {record}; its {Count} records have "
                + $"{(Fields.Count == 0 ? "none" : string.Join(", ", Fields))}.");
    }

    /// <summary>Its numbers (the real parts of complex ones) in MATLAB's order.</summary>
    /// <returns>As many numbers as the array has places, the first axis fastest.</returns>
    /// <exception cref="DatasetException">It holds no numbers.</exception>
    public double[] Doubles()
    {
        if (!IsNumeric && Class != MatClass.Char)
        {
            throw new DatasetException($"{(Name.Length == 0 ? "The array" : Name)} holds {ElementName}; expected numbers.");
        }

        var size = storage.Size();
        var count = size == 0 ? 0 : values.Length / size;
        var numbers = new double[count];
        if (storage == MatStorage.Double && !bigEndian)
        {
            MemoryMarshal.Cast<byte, double>(values.Span).CopyTo(numbers);
            return numbers;
        }

        for (var i = 0; i < count; i++)
        {
            numbers[i] = Number(values.Span.Slice(i * size, size));
        }

        return numbers;
    }

    /// <summary>Its numbers as a new tensor in row-major order; the caller disposes it.</summary>
    /// <returns>float64, of <see cref="Shape"/>.</returns>
    /// <exception cref="DatasetException">It holds no numbers.</exception>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        var axes = Enumerable.Range(0, Shape.Count).Reverse().Select(axis => (long)axis).ToArray();
        return tensor(Doubles(), [.. Shape.Reverse()]).permute(axes).clone().contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Its text, row after row without line breaks.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="DatasetException">It holds no text.</exception>
    public string Text()
    {
        if (Class != MatClass.Char)
        {
            throw new DatasetException($"{(Name.Length == 0 ? "The array" : Name)} holds {ElementName}; expected text.");
        }

        var encoding = storage switch
        {
            MatStorage.Utf16 or MatStorage.UInt16 => bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode,
            MatStorage.Utf32 or MatStorage.UInt32 => new UTF32Encoding(bigEndian, byteOrderMark: false),
            MatStorage.Utf8 => Encoding.UTF8,
            _ => Encoding.Latin1,
        };
        return encoding.GetString(values.Span);
    }

    private double Number(ReadOnlySpan<byte> bytes) => storage switch
    {
        MatStorage.Int8 => (sbyte)bytes[0],
        MatStorage.UInt8 or MatStorage.Utf8 => bytes[0],
        MatStorage.Int16 => bigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes),
        MatStorage.UInt16 or MatStorage.Utf16 => bigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
            : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        MatStorage.Int32 => bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes),
        MatStorage.UInt32 or MatStorage.Utf32 => bigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        MatStorage.Int64 => bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
        MatStorage.UInt64 => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        MatStorage.Single => bigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };
}
