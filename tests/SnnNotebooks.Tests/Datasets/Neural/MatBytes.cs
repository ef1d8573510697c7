using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SnnNotebooks.Tests.Datasets.Neural;

/// <summary>Writes MAT files of version 5 byte by byte as MathWorks' "MAT-File Format" lays them out.</summary>
internal sealed class MatBytes(bool bigEndian = false)
{
    public byte[] File(params byte[][] elements)
    {
        var text = Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by a test".PadRight(124));
        byte[] version = bigEndian ? [1, 0, (byte)'M', (byte)'I'] : [0, 1, (byte)'I', (byte)'M'];
        return [.. text, .. version, .. elements.SelectMany(element => element)];
    }

    public byte[] Doubles(string name, int[] shape, params double[] values) =>
        Array(6, name, shape, 0, Element(9, [.. values.SelectMany(value => Turned(BitConverter.GetBytes(value)))]));

    public byte[] Numbers(int kind, int storage, string name, int[] shape, int flags, byte[] values) =>
        Array(kind, name, shape, flags, Element(storage, values));

    public byte[] Cells(string name, int[] shape, params byte[][] cells) => Array(1, name, shape, 0, [.. cells.SelectMany(cell => cell)]);

    public byte[] Struct(string name, int[] shape, string[] fields, params byte[][] values)
    {
        byte[] names = [.. fields.SelectMany(field => Encoding.ASCII.GetBytes(field.PadRight(16, '\0')))];
        return Array(2, name, shape, 0, [.. Small(5, Word(16)), .. Element(1, names), .. values.SelectMany(value => value)]);
    }

    public byte[] Packed(byte[] element)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(element);
        }

        return [.. Word(15), .. Word((int)packed.Length), .. packed.ToArray()];
    }

    public byte[] Array(int kind, string name, int[] shape, int flags, byte[] content) => Element(14,
    [
        .. Element(6, [.. Word(kind | flags), .. Word(0)]),
        .. Element(5, [.. shape.SelectMany(Word)]),
        .. Element(1, Encoding.ASCII.GetBytes(name)),
        .. content,
    ]);

    public byte[] Element(int storage, byte[] values) =>
        [.. Word(storage), .. Word(values.Length), .. values, .. new byte[(8 - (values.Length % 8)) % 8]];

    public byte[] Small(int storage, byte[] values) =>
        [.. Word(storage | (values.Length << 16)), .. values, .. new byte[4 - values.Length]];

    public byte[] Word(int value)
    {
        var bytes = new byte[4];
        if (bigEndian)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        }

        return bytes;
    }

    private byte[] Turned(byte[] bytes)
    {
        if (bigEndian)
        {
            System.Array.Reverse(bytes);
        }

        return bytes;
    }
}
