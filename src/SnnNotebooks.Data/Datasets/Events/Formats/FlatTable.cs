using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>A table of a FlatBuffer, read with every offset checked. Source: the FlatBuffers binary format.</summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly int table;
    private readonly int fields;
    private readonly int fieldBytes;

    private FlatTable(ReadOnlySpan<byte> bytes, int table, int fields, int fieldBytes)
    {
        this.bytes = bytes;
        (this.table, this.fields, this.fieldBytes) = (table, fields, fieldBytes);
    }

    /// <summary>The root table of a buffer that starts with its size.</summary>
    /// <exception cref="FormatException">The offsets lead out of the buffer, or it is of another type.</exception>
    public static FlatTable Root(ReadOnlySpan<byte> sized, string identifier)
    {
        var size = U32(sized, 0);
        if (size > sized.Length - 4)
        {
            throw new FormatException($"its size prefix says {size} bytes and {sized.Length - 4} are there");
        }

        var bytes = sized.Slice(4, (int)size);
        if (bytes.Length < 8 || !bytes.Slice(4, 4).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(identifier)))
        {
            throw new FormatException($"it is not of type {identifier}");
        }

        var table = Position(bytes, 0, U32(bytes, 0));
        var back = (int)U32(bytes, table);
        var fields = (long)table - back;
        if (fields < 0 || fields > bytes.Length - 4)
        {
            throw new FormatException("its table of fields lies outside");
        }

        var fieldBytes = U16(bytes, (int)fields);
        if (fieldBytes < 4 || fieldBytes > bytes.Length - fields)
        {
            throw new FormatException($"its table of fields says {fieldBytes} bytes");
        }

        return new FlatTable(bytes, table, (int)fields, fieldBytes);
    }

    /// <summary>A byte-sized field; 0 where it is left out.</summary>
    public byte Byte(int field) => Field(field) is var at and > 0 ? At(at, 1)[0] : (byte)0;

    /// <summary>A 64-bit field; a default where it is left out.</summary>
    public long Int64(int field, long fallback) =>
        Field(field) is var at and > 0 ? BinaryPrimitives.ReadInt64LittleEndian(At(at, 8)) : fallback;

    /// <summary>The elements of a vector field; empty where it is left out.</summary>
    public ReadOnlySpan<byte> Vector(int field, int elementBytes)
    {
        var at = Field(field);
        if (at == 0)
        {
            return default;
        }

        var start = Position(bytes, at, U32(bytes, at));
        var length = U32(bytes, start) * (long)elementBytes;
        return length <= bytes.Length - start - 4
            ? bytes.Slice(start + 4, (int)length)
            : throw new FormatException($"a list of {length} bytes starts at byte {start} of {bytes.Length}");
    }

    private static uint U32(ReadOnlySpan<byte> bytes, long at) =>
        at >= 0 && at <= bytes.Length - 4
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)at..])
            : throw new FormatException("an offset leads outside");

    private static int U16(ReadOnlySpan<byte> bytes, int at) =>
        at <= bytes.Length - 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
            : throw new FormatException("an offset leads outside");

    private static int Position(ReadOnlySpan<byte> bytes, int from, uint by) =>
        from + (long)by <= bytes.Length - 4 ? from + (int)by : throw new FormatException("an offset leads outside");

    private int Field(int field)
    {
        var entry = 4 + (2 * field);
        var offset = entry + 2 <= fieldBytes ? U16(bytes, fields + entry) : 0;
        return offset == 0 ? 0 : table + offset;
    }

    private ReadOnlySpan<byte> At(int at, int length) =>
        at <= bytes.Length - length ? bytes.Slice(at, length) : throw new FormatException("a field lies outside");
}
