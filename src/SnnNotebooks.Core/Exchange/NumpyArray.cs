using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// An array in NumPy's <c>.npy</c> format, versions 1 to 3 (numpy.lib.format): numbers, truth values, complex numbers and text of either
/// byte order, C or Fortran order, and records of them; no pickled objects. The bytes may come from anyone: whatever they say, no more is
/// allocated than they hold.
/// </summary>
public sealed class NumpyArray
{
    private readonly string name;
    private readonly NumpyElement element;
    private readonly byte[] values; // little-endian, C order

    private NumpyArray(string name, NumpyElement element, long[] shape, byte[] values)
    {
        (this.name, this.element, Shape, this.values) = (name, element, shape, values);
    }

    /// <summary>Of an array of records (a structured array), the members by name, each an array of the same shape; else empty.</summary>
    public IReadOnlyDictionary<string, NumpyArray> Fields { get; private init; } = new Dictionary<string, NumpyArray>();

    /// <summary>The type of the tensor: as in the file, but Int32 for uint16, and Int64 for uint32 and uint64.</summary>
    public ScalarType Type => element.Type;

    /// <summary>NumPy's name of the element type in the file, such as <c>float32</c>, <c>uint16</c> or <c>&lt;U10</c>.</summary>
    public string ElementName => element.Name;

    /// <summary>Whether the elements are text, which <see cref="Texts"/> gives and <see cref="ToTensor"/> does not.</summary>
    public bool IsText => element.IsText;

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
        if (header.Members.Count > 0)
        {
            return Records(bytes, header, name);
        }

        var element = NumpyElement.Parse(header.Element)
            ?? throw Bad(
                name, $"its element type is '{header.Element}'; this reader takes f2, f4, f8, i1 to i8, u1 to u8, b1, c8, c16, U and S");
        var expected = header.Length(element.Size);
        var found = bytes.Length - header.Start;
        if (expected != found)
        {
            throw Bad(
                name,
                $"its shape [{string.Join(", ", header.Shape)}] of {element.Name} does not fit the {found} bytes that follow the header "
                + "(damaged or cut short)");
        }

        return Of(name, element, header, bytes[header.Start..].ToArray());
    }

    /// <summary>The array as a new tensor on the CPU; the caller disposes it.</summary>
    /// <returns>A tensor of <see cref="Type"/> and <see cref="Shape"/>.</returns>
    /// <exception cref="InvalidDataException">It holds text, or a uint64 above the largest int64.</exception>
    public Tensor ToTensor()
    {
        var shape = Shape.ToArray();
        return (element.Kind, element.Size) switch
        {
            ('f', 2) => tensor(As<Half>(), shape),
            ('f', 4) => tensor(As<float>(), shape),
            ('f', _) => tensor(As<double>(), shape),
            ('i', 1) => tensor(As<sbyte>(), shape),
            ('i', 2) => tensor(As<short>(), shape),
            ('i', 4) => tensor(As<int>(), shape),
            ('i', _) => tensor(As<long>(), shape),
            ('u', 1) => tensor(As<byte>(), shape),
            ('u', 2) => tensor(Array.ConvertAll(As<ushort>(), value => (int)value), shape),
            ('u', 4) => tensor(Array.ConvertAll(As<uint>(), value => (long)value), shape),
            ('u', _) => tensor(Array.ConvertAll(As<ulong>(), Signed), shape),
            ('c', 8) => ComplexTensor(As<float>(), shape),
            ('c', _) => ComplexTensor(As<double>(), shape),
            ('b', _) => tensor(As<bool>(), shape),
            _ => throw Bad(name, $"it holds {(IsText ? "text" : "records")} ({element.Name}), and a tensor holds numbers"),
        };
    }

    /// <summary>The texts of an array of text, row-major, without the zeros that fill them up.</summary>
    /// <returns>As many texts as the shape has places.</returns>
    /// <exception cref="InvalidDataException">It holds numbers, or a text in it is damaged.</exception>
    public IReadOnlyList<string> Texts()
    {
        if (!IsText)
        {
            throw Bad(name, $"it holds {element.Name}, not text");
        }

        var texts = new string[values.Length / element.Size];
        var encoding = element.Kind == 'U'
            ? new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true)
            : Encoding.Latin1;
        try
        {
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = encoding.GetString(values, i * element.Size, element.Size).TrimEnd('\0');
            }
        }
        catch (DecoderFallbackException damaged)
        {
            throw new InvalidDataException($"{name} holds a text that is none: {damaged.Message}", damaged);
        }

        return texts;
    }

    private static NumpyArray Of(string name, NumpyElement element, NumpyHeader header, byte[] values)
    {
        if (element.Kind == 'b' && values.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw Bad(name, "a truth value in it is neither 0 nor 1");
        }

        if (element.BigEndian)
        {
            for (var at = 0; at < values.Length; at += element.SwappedBytes)
            {
                values.AsSpan(at, element.SwappedBytes).Reverse();
            }
        }

        return new NumpyArray(name, element, header.Shape,
            header.FortranOrder && header.Shape.Length > 1 ? ToRowMajor(values, header.Shape, element.Size) : values);
    }

    private static NumpyArray Records(ReadOnlySpan<byte> bytes, NumpyHeader header, string name)
    {
        var members = header.Members.Select(member => (member.Name, Element: NumpyElement.Parse(member.Element)
            ?? throw Bad(
                name,
                $"its member '{member.Name}' is of element type '{member.Element}'; this reader takes f2, f4, f8, i1 to i8, u1 to u8, "
                + "b1, c8, c16, U, S and V"))).ToArray();
        var size = members.Sum(member => (long)member.Element.Size);
        var found = bytes.Length - header.Start;
        if (size > int.MaxValue || header.Length((int)size) != found)
        {
            throw Bad(
                name,
                $"its shape [{string.Join(", ", header.Shape)}] of records of {size} bytes does not fit the {found} bytes that follow "
                + "the header (damaged or cut short)");
        }

        var fields = new Dictionary<string, NumpyArray>(StringComparer.Ordinal);
        var offset = header.Start;
        foreach (var (member, element) in members)
        {
            var values = new byte[found / size * element.Size];
            for (var record = 0; record < found / size; record++)
            {
                bytes.Slice(offset + (int)(record * size), element.Size).CopyTo(values.AsSpan(record * element.Size));
            }

            // what fills a record up has no name
            if (element.Kind != NumpyElement.Bytes && !fields.TryAdd(member, Of($"{name}, member {member}", element, header, values)))
            {
                throw Bad(name, $"its records have two members called {member}");
            }

            offset += element.Size;
        }

        return new NumpyArray(name, new NumpyElement(false, NumpyElement.Bytes, (int)size), header.Shape, []) { Fields = fields };
    }

    /// <summary>The exception for a file that is not read.</summary>
    /// <param name="name">What to call the file.</param>
    /// <param name="what">What is wrong with it.</param>
    /// <returns>The exception, to be thrown.</returns>
    public static InvalidDataException Bad(string name, string what) => new($"{name} is not a NumPy array this kit reads: {what}.");

    private T[] As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(values).ToArray();

    private long Signed(ulong value) =>
        value <= long.MaxValue ? (long)value : throw Bad(name, $"a uint64 in it is {value}, above the largest int64");

    /// <summary>
    /// Parts are read as pairs of a last axis, which is how complex numbers lie in memory. Copied into memory of libtorch's own first: a
    /// tensor made of a .NET array lies in that array, which is aligned to 8 bytes, and libtorch reads complex numbers of 16 bytes where
    /// they are aligned to 16, or crashes.
    /// </summary>
    private static Tensor ComplexTensor<T>(T[] parts, long[] shape)
        where T : unmanaged
    {
        using var pairs = parts is float[] singles ? tensor(singles, [.. shape, 2]) : tensor((double[])(object)parts, [.. shape, 2]);
        using var aligned = pairs.clone();
        using var view = view_as_complex(aligned);
        return view.clone();
    }

    /// <summary>Moves elements from an order where the first axis changes fastest to one where the last does.</summary>
    private static byte[] ToRowMajor(byte[] source, long[] shape, int size)
    {
        if (source.Length == 0)
        {
            return source;
        }

        var strides = new long[shape.Length];
        var stride = (long)size;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        var target = new byte[source.Length];
        var place = new long[shape.Length];
        var from = 0L;
        for (var to = 0; to < target.Length; to += size)
        {
            source.AsSpan((int)from, size).CopyTo(target.AsSpan(to));
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++place[axis] < shape[axis])
                {
                    break;
                }

                from -= place[axis] * strides[axis];
                place[axis] = 0;
            }
        }

        return target;
    }
}
