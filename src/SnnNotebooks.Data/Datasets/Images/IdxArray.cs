using System.Buffers.Binary;
using System.IO.Compression;

namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// An array of unsigned bytes in the IDX format of MNIST (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats).
/// </summary>
public sealed class IdxArray
{
    private const byte UnsignedByte = 0x08;
    private const int MaximumAxes = 4;

    /// <summary>Takes over a shape and its values.</summary>
    /// <param name="shape">Lengths of 1 to 4 axes.</param>
    /// <param name="values">As many values as the lengths multiply to, row-major.</param>
    /// <exception cref="ArgumentException">There are no axes or more than 4, a length is negative, or there are more or fewer
    /// values.</exception>
    public IdxArray(IReadOnlyList<int> shape, ReadOnlyMemory<byte> values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Count is 0 or > MaximumAxes || shape.Any(length => length < 0))
        {
            throw new ArgumentException(
                $"The shape is [{string.Join(", ", shape)}]; expected 1 to {MaximumAxes} lengths of at least 0.", nameof(shape));
        }

        var count = shape.Aggregate((Int128)1, (product, length) => product * length);
        if (count != values.Length)
        {
            throw new ArgumentException(
                $"There are {values.Length} values; the shape [{string.Join(", ", shape)}] holds {count}.", nameof(values));
        }

        Shape = shape;
        Values = values;
    }

    /// <summary>Lengths of its 1 to 4 axes.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values, row-major.</summary>
    public ReadOnlyMemory<byte> Values { get; }

    /// <summary>Reads an array from unpacked bytes.</summary>
    /// <param name="bytes">A whole IDX file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>Shape and values of the array.</returns>
    /// <exception cref="DatasetException">Wrong magic, another element type, more axes than four, or another length than the header
    /// says.</exception>
    public static IdxArray Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        var header = bytes.Span;
        if (header.Length < 4 || header[0] != 0 || header[1] != 0)
        {
            throw new DatasetException($"{name} is not an IDX file: it does not begin with two zero bytes and a type.");
        }

        if (header[2] != UnsignedByte)
        {
            throw new DatasetException($"{name} holds elements of IDX type 0x{header[2]:x2} (at offset 2); expected unsigned bytes, 0x08.");
        }

        int axes = header[3];
        if (axes is 0 or > MaximumAxes)
        {
            throw new DatasetException($"{name} has {axes} axes (at offset 3); expected 1 to {MaximumAxes}.");
        }

        var start = 4 + (4 * axes);
        if (header.Length < start)
        {
            throw new DatasetException($"{name} is truncated at offset {header.Length}, inside its header of {start} bytes.");
        }

        var shape = new int[axes];
        long count = 1;
        for (var axis = 0; axis < axes; axis++)
        {
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + (4 * axis))..]);
            if (shape[axis] < 0 || (count *= shape[axis]) > int.MaxValue)
            {
                throw new DatasetException($"{name} gives axis {axis} the impossible length {shape[axis]} (at offset {4 + (4 * axis)}).");
            }
        }

        return header.Length - start == count
            ? new IdxArray(shape, bytes[start..])
            : throw new DatasetException(
                $"{name} holds {header.Length - start} values from offset {start}; its header [{string.Join(", ", shape)}] says {count}.");
    }

    /// <summary>The array as a gzip-compressed IDX file.</summary>
    /// <returns>The bytes of the file.</returns>
    public byte[] ToGzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(ToBytes());
        }

        return packed.ToArray();
    }

    /// <summary>The array as an IDX file.</summary>
    /// <returns>The bytes of the file.</returns>
    public byte[] ToBytes()
    {
        var bytes = new byte[4 + (4 * Shape.Count) + Values.Length];
        bytes[2] = UnsignedByte;
        bytes[3] = (byte)Shape.Count;
        for (var axis = 0; axis < Shape.Count; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * axis)), Shape[axis]);
        }

        Values.CopyTo(bytes.AsMemory(4 + (4 * Shape.Count)));
        return bytes;
    }
}
