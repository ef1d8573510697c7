using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Exchange;

/// <summary>What stands before the values of a <c>.npy</c> file, versions 1 to 3 (numpy.lib.format).</summary>
/// <param name="Element">NumPy's name of the element type, for example <c>&lt;f4</c>.</param>
/// <param name="FortranOrder">Whether the first axis changes fastest.</param>
/// <param name="Shape">The axes' lengths.</param>
/// <param name="Start">Where the values begin, in bytes.</param>
public sealed partial record NumpyHeader(string Element, bool FortranOrder, long[] Shape, int Start)
{
    /// <summary>Of an array of records, the names and element types of their members, in order; else empty.</summary>
    public IReadOnlyList<(string Name, string Element)> Members { get; private init; } = [];

    private const int LargestRank = 32; // NumPy's own limit before version 2

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The file's first bytes, the whole header among them.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <returns>Element type, order and shape of the array, and where its values begin.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such header.</exception>
    public static NumpyHeader Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var (header, start) = Text(bytes, name);
        var members = MemberPattern().Matches(header)
            .Select(member => (member.Groups["name"].Value, member.Groups["value"].Value)).ToArray();
        return DictionaryPattern().IsMatch(header) && (members.Length > 0 ? string.Empty : Only(ElementPattern(), header)) is { } element
            && Only(OrderPattern(), header) is { } order && Only(ShapePattern(), header) is { } shape
            ? new NumpyHeader(element, order == "True", ShapeOf(shape, name), start) { Members = members }
            : throw NumpyArray.Bad(name,
                $"its header is {Shortened(header)}; expected {{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }}");
    }

    /// <summary>The bytes that the shape asks for, or -1 where that is beyond any file.</summary>
    /// <param name="size">Bytes of one element.</param>
    /// <returns>Bytes of the values, without the header.</returns>
    public long Length(int size)
    {
        if (Shape.Contains(0))
        {
            return 0;
        }

        var length = Shape.Aggregate((Int128)size, (product, axis) => product > long.MaxValue ? product : product * axis);
        return length > long.MaxValue ? -1 : (long)length;
    }

    private static (string Header, int End) Text(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 10 || !NumpyArchive.IsNumpy(bytes))
        {
            throw NumpyArray.Bad(name, "it does not start with the bytes 93 'NUMPY'");
        }

        var version = bytes[6];
        if (version is < 1 or > 3)
        {
            throw NumpyArray.Bad(name, $"its format version is {version}; known are 1, 2 and 3");
        }

        var start = version == 1 ? 10 : 12;
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : bytes.Length >= 12 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])
            : uint.MaxValue;
        if (length > bytes.Length - start)
        {
            throw NumpyArray.Bad(name, "its header is longer than the file (cut short)");
        }

        return (Encoding.UTF8.GetString(bytes.Slice(start, (int)length)), start + (int)length);
    }

    private static long[] ShapeOf(string text, string name)
    {
        var axes = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (axes.Length > LargestRank)
        {
            throw NumpyArray.Bad(name, $"it has {axes.Length} axes; at most {LargestRank} are read");
        }

        return Array.ConvertAll(axes,
            axis => long.TryParse(axis.EndsWith('L') ? axis[..^1] : axis, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw NumpyArray.Bad(name, $"its shape ({Shortened(text)}) holds a number that is too large"));
    }

    private static string Shortened(string text) => text.Length > 100 ? text[..100] + "..." : text.Trim();

    /// <summary>What a pattern captures, where it matches exactly once.</summary>
    private static string? Only(Regex pattern, string header) =>
        pattern.Matches(header) is { Count: 1 } found ? found[0].Groups["value"].Value : null;

    // other writers than NumPy order the three keys differently
    [GeneratedRegex(
        @"^\{\s*('(descr|fortran_order|shape)':\s*('[^']{1,16}'|\[(\('[^']*',\s*'[^']{1,16}'\)\s*,?\s*)+\]|True|False|\([0-9L, ]*\))"
            + @"\s*,?\s*){3}\}\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DictionaryPattern();

    [GeneratedRegex(@"'descr':\s*'(?<value>[^']{1,16})'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ElementPattern();

    [GeneratedRegex(@"\('(?<name>[^']*)',\s*'(?<value>[^']{1,16})'\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MemberPattern();

    [GeneratedRegex(@"'fortran_order':\s*(?<value>True|False)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape':\s*\((?<value>[0-9L, ]*)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShapePattern();
}
