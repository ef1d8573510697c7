using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// An array in NumPy's <c>.npy</c> format, versions 1 to 3 (numpy.lib.format): little-endian f4, f8, i4, i8, u1 or b1, C order.
/// The bytes may come from anyone: whatever they say, no more is allocated than they hold.
/// </summary>
public sealed partial class NumpyArray
{
    private const int LargestRank = 32; // NumPy's own limit before version 2

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
        var (header, start) = Header(bytes, name);
        if (HeaderPattern().Match(header) is not { Success: true } parts)
        {
            throw Bad(name, $"its header is {Shortened(header)}; expected {{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }}");
        }

        if (parts.Groups["order"].Value == "True")
        {
            throw Bad(name, "it is stored in Fortran order; save it again with numpy.ascontiguousarray(...)");
        }

        var (type, size) = parts.Groups["type"].Value switch
        {
            "<f4" => (ScalarType.Float32, 4),
            "<f8" => (ScalarType.Float64, 8),
            "<i4" => (ScalarType.Int32, 4),
            "<i8" => (ScalarType.Int64, 8),
            "|u1" or "<u1" => (ScalarType.Byte, 1),
            "|b1" or "<b1" => (ScalarType.Bool, 1),
            var other => throw Bad(name, $"its element type is '{other}'; this reader takes <f4, <f8, <i4, <i8, |u1 and |b1"),
        };
        var shape = ShapeOf(parts.Groups["shape"].Value, name);
        var expected = Length(shape, size);
        var found = bytes.Length - start;
        if (expected != found)
        {
            throw Bad(name, $"its shape [{string.Join(", ", shape)}] of {type} does not fit the {found} bytes that follow the header (damaged or cut short)");
        }

        var values = bytes[start..].ToArray();
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

    private static (string Header, int End) Header(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes[1..].StartsWith("NUMPY"u8))
        {
            throw Bad(name, "it does not start with the bytes 93 'NUMPY'");
        }

        var version = bytes[6];
        if (version is < 1 or > 3)
        {
            throw Bad(name, $"its format version is {version}; known are 1, 2 and 3");
        }

        var start = version == 1 ? 10 : 12;
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : bytes.Length >= 12 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])
            : uint.MaxValue;
        if (length > bytes.Length - start)
        {
            throw Bad(name, "its header is longer than the file (cut short)");
        }

        return (Encoding.UTF8.GetString(bytes.Slice(start, (int)length)), start + (int)length);
    }

    private static long[] ShapeOf(string text, string name)
    {
        var axes = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (axes.Length > LargestRank)
        {
            throw Bad(name, $"it has {axes.Length} axes; at most {LargestRank} are read");
        }

        return Array.ConvertAll(axes, axis => long.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw Bad(name, $"its shape ({Shortened(text)}) holds a number that is too large"));
    }

    /// <summary>The bytes that the shape asks for, or -1 where that is beyond any file.</summary>
    private static long Length(long[] shape, int size)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        var length = shape.Aggregate((Int128)size, (product, axis) => product > long.MaxValue ? product : product * axis);
        return length > long.MaxValue ? -1 : (long)length;
    }

    private static string Shortened(string text) => text.Length > 100 ? text[..100] + "..." : text.Trim();

    [GeneratedRegex(@"^\{\s*'descr':\s*'(?<type>[^']{1,16})',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[0-9, ]*)\),?\s*\}\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HeaderPattern();
}
