using System.Globalization;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>An element type of NumPy's: byte order, kind and size, as in <c>&lt;f4</c>.</summary>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="Kind">f, i, u, b, c (complex), U (text of 4-byte characters), S (bytes) or V (records, and what fills them up).</param>
/// <param name="Size">Bytes of one element.</param>
public sealed record NumpyElement(bool BigEndian, char Kind, int Size)
{
    /// <summary>The kind of records, and of what fills them up.</summary>
    public const char Bytes = 'V';

    /// <summary>NumPy's long name, such as <c>float32</c>.</summary>
    public string Name => Kind switch
    {
        'f' => $"float{8 * Size}",
        'i' => $"int{8 * Size}",
        'u' => $"uint{8 * Size}",
        'c' => $"complex{8 * Size}",
        'b' => "bool",
        'U' => $"<U{Size / 4}",
        Bytes => $"|V{Size}",
        _ => $"|S{Size}",
    };

    /// <summary>Whether it holds text.</summary>
    public bool IsText => Kind is 'U' or 'S';

    /// <summary>
    /// The type of the tensor that holds all its values; unsigned integers that TorchSharp lacks become wider signed ones.
    /// </summary>
    public ScalarType Type => (Kind, Size) switch
    {
        ('f', 2) => ScalarType.Float16,
        ('f', 4) => ScalarType.Float32,
        ('f', _) => ScalarType.Float64,
        ('i', 1) => ScalarType.Int8,
        ('i', 2) => ScalarType.Int16,
        ('i', 4) or ('u', 2) => ScalarType.Int32,
        ('i', 8) or ('u', 4) or ('u', 8) => ScalarType.Int64,
        ('u', _) => ScalarType.Byte,
        ('c', 8) => ScalarType.ComplexFloat32,
        ('c', _) => ScalarType.ComplexFloat64,
        _ => ScalarType.Bool,
    };

    /// <summary>How many bytes swap places in the other byte order: a complex number is two.</summary>
    public int SwappedBytes => Kind switch { 'c' => Size / 2, 'U' => 4, 'S' => 1, _ => Size };

    /// <summary>Reads an element type.</summary>
    /// <param name="text">As in a header, such as <c>&lt;f4</c>.</param>
    /// <returns>The type, or null where this kit does not read it.</returns>
    public static NumpyElement? Parse(string text)
    {
        if (text.Length < 3 || !"<>=|".Contains(text[0], StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return null;
        }

        return (text[1], size) switch
        {
            ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) or ('c', 8 or 16) or ('S' or Bytes, > 0) => new NumpyElement(
                text[0] == '>', text[1], size),
            ('U', > 0 and <= int.MaxValue / 4) => new NumpyElement(text[0] == '>', 'U', 4 * size),
            _ => null,
        };
    }
}
