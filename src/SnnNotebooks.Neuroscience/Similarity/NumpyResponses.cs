using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Responses in a <c>.npy</c> file, read as they are needed.</summary>
internal sealed class NumpyResponses : ResponseMatrix
{
    private const int LongestHeader = 1 << 17;

    private readonly SafeFileHandle file;
    private readonly NumpyHeader header;
    private readonly NumpyElement element;

    public NumpyResponses(string path)
        : this(path, OpenFile(path))
    {
    }

    private NumpyResponses(string path, (SafeFileHandle File, NumpyHeader Header, NumpyElement Element) opened)
        : base(path, opened.Header.Shape[0], opened.Header.Shape.Skip(1).Aggregate(1L, (product, axis) => product * axis)) =>
        (file, header, element) = opened;

    protected internal override void ReadInto(Tensor target, long start)
    {
        var count = target.shape[1];
        using var firstRow = target[0];
        var values = MemoryMarshal.CreateSpan(
            ref MemoryMarshal.AsRef<double>(firstRow.bytes), checked((int)(Rows * count))); // in bytes it may be too long for a span
        if (header.FortranOrder)
        {
            var column = new double[Rows];
            for (long c = 0; c < count; c++)
            {
                Read(column, (start + c) * Rows);
                for (long r = 0; r < Rows; r++)
                {
                    values[(int)((r * count) + c)] = column[r];
                }
            }
        }
        else if (count == Columns)
        {
            Read(values, 0);
        }
        else
        {
            for (long r = 0; r < Rows; r++)
            {
                Read(values.Slice((int)(r * count), (int)count), (r * Columns) + start);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
    }

    private static (SafeFileHandle File, NumpyHeader Header, NumpyElement Element) OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = File.OpenHandle(path);
        try
        {
            var first = new byte[(int)Math.Min(LongestHeader, RandomAccess.GetLength(file))];
            Fill(file, first, 0, path);
            var header = NumpyHeader.Parse(first, path);
            if (NumpyElement.Parse(header.Element) is not { Kind: 'f' or 'i' or 'u' or 'b' } element)
            {
                throw NumpyArray.Bad(path, $"its element type is '{header.Element}'; expected real numbers (f2, f4, f8, integers or b1)");
            }

            if (header.Shape.Length < 2 || header.Shape.Contains(0))
            {
                throw NumpyArray.Bad(path,
                    $"its shape is ({string.Join(", ", header.Shape)}); expected (stimuli, features), neither of them 0");
            }

            if (header.FortranOrder && header.Shape.Length > 2)
            {
                throw NumpyArray.Bad(path, "it has more than two axes in Fortran order; save it again with numpy.ascontiguousarray(...)");
            }

            var (expected, found) = (header.Length(element.Size), RandomAccess.GetLength(file) - header.Start);
            return expected == found
                ? (file, header, element)
                : throw NumpyArray.Bad(path,
                    $"its shape ({string.Join(", ", header.Shape)}) of {element.Name} does not fit the {found} bytes that follow the "
                    + "header (damaged or cut short)");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long offset, string path)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                throw NumpyArray.Bad(path, "it became shorter while it was read");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Reads consecutive elements from a place, counted in elements, and converts them.</summary>
    private void Read(Span<double> target, long place)
    {
        const int Chunk = 1 << 16;
        using var rented = MemoryPool<byte>.Shared.Rent(Math.Min(target.Length, Chunk) * element.Size);
        var bytes = rented.Memory.Span;
        for (var done = 0; done < target.Length; done += Chunk)
        {
            var part = target.Slice(done, Math.Min(Chunk, target.Length - done));
            var raw = bytes[..(part.Length * element.Size)];
            Fill(file, raw, header.Start + ((place + done) * element.Size), Name);
            if (element.BigEndian)
            {
                Swap(raw);
            }

            Convert(raw, part);
        }
    }

    private void Swap(Span<byte> raw)
    {
        switch (element.Size)
        {
            case 2:
                var two = MemoryMarshal.Cast<byte, short>(raw);
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                var four = MemoryMarshal.Cast<byte, int>(raw);
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                var eight = MemoryMarshal.Cast<byte, long>(raw);
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
        }
    }

    private void Convert(ReadOnlySpan<byte> raw, Span<double> target)
    {
        switch (element.Kind, element.Size)
        {
            case ('f', 2):
                Each(MemoryMarshal.Cast<byte, Half>(raw), target, value => (double)value);
                break;
            case ('f', 4):
                Each(MemoryMarshal.Cast<byte, float>(raw), target, value => value);
                break;
            case ('f', _):
                MemoryMarshal.Cast<byte, double>(raw).CopyTo(target);
                break;
            case ('i', 1):
                Each(MemoryMarshal.Cast<byte, sbyte>(raw), target, value => value);
                break;
            case ('i', 2):
                Each(MemoryMarshal.Cast<byte, short>(raw), target, value => value);
                break;
            case ('i', 4):
                Each(MemoryMarshal.Cast<byte, int>(raw), target, value => value);
                break;
            case ('i', _):
                Each(MemoryMarshal.Cast<byte, long>(raw), target, value => value);
                break;
            case ('u', 2):
                Each(MemoryMarshal.Cast<byte, ushort>(raw), target, value => value);
                break;
            case ('u', 4):
                Each(MemoryMarshal.Cast<byte, uint>(raw), target, value => value);
                break;
            case ('u', 8):
                Each(MemoryMarshal.Cast<byte, ulong>(raw), target, value => value);
                break;
            default: // bytes and truth values
                Each(raw, target, value => value);
                break;
        }
    }

    private static void Each<T>(ReadOnlySpan<T> source, Span<double> target, Func<T, double> convert)
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = convert(source[i]);
        }
    }
}
