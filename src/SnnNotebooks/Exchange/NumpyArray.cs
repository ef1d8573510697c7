using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// An array in NumPy's <c>.npy</c> format, versions 1 to 3 (numpy.lib.format): little-endian f4, f8, i4, i8, u1 or b1, C order.
/// The bytes may come from anyone: whatever they say, no more is allocated than they hold.
/// </summary>
public sealed class NumpyArray
{
    private readonly byte[] values;

    private NumpyArray(ScalarType type, long[] shape, byte[] values)
    {
        (Type, Shape, this.values) = (type, shape, values);
    }

    /// <summary>The element type: Float32, Float64, Int32, Int64, Byte or Bool.</summary>
    public ScalarType Type { get; }

    /// <summary>The axes' lengths; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Reads one array.</summary>
    /// <param name="bytes">A whole <c>.npy</c> file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The array.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such array; the message says what was found and expected.</exception>
    public static NumpyArray Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var header = NumpyHeader.Parse(bytes, name);
        if (header.FortranOrder)
        {
            throw Bad(name, "it is stored in Fortran order; save it again with numpy.ascontiguousarray(...)");
        }

        var (type, size) = header.Element switch
        {
            "<f4" => (ScalarType.Float32, 4),
            "<f8" => (ScalarType.Float64, 8),
            "<i4" => (ScalarType.Int32, 4),
            "<i8" => (ScalarType.Int64, 8),
            "|u1" or "<u1" => (ScalarType.Byte, 1),
            "|b1" or "<b1" => (ScalarType.Bool, 1),
            var other => throw Bad(name, $"its element type is '{other}'; this reader takes <f4, <f8, <i4, <i8, |u1 and |b1"),
        };
        var shape = header.Shape;
        var expected = header.Length(size);
        var found = bytes.Length - header.Start;
        if (expected != found)
        {
            throw Bad(name, $"its shape [{string.Join(", ", shape)}] of {type} does not fit the {found} bytes that follow the header (damaged or cut short)");
        }

        var values = bytes[header.Start..].ToArray();
        if (type == ScalarType.Bool && values.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw Bad(name, "a truth value in it is neither 0 nor 1");
        }

        return new NumpyArray(type, shape, values);
    }

    /// <summary>The array as a new tensor on the CPU; the caller disposes it.</summary>
    /// <returns>A tensor of the same type and shape.</returns>
    public Tensor ToTensor()
    {
        var shape = Shape.ToArray();
        return Type switch
        {
            ScalarType.Float32 => tensor(MemoryMarshal.Cast<byte, float>(values).ToArray(), shape),
            ScalarType.Float64 => tensor(MemoryMarshal.Cast<byte, double>(values).ToArray(), shape),
            ScalarType.Int32 => tensor(MemoryMarshal.Cast<byte, int>(values).ToArray(), shape),
            ScalarType.Int64 => tensor(MemoryMarshal.Cast<byte, long>(values).ToArray(), shape),
            ScalarType.Byte => tensor(values.ToArray(), shape),
            _ => tensor(MemoryMarshal.Cast<byte, bool>(values).ToArray(), shape),
        };
    }

    internal static InvalidDataException Bad(string name, string what) => new($"{name} is not a NumPy array this kit reads: {what}.");
}
