using System.Text.Json;
using SnnNotebooks.Similarity;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Inputs that reference files do not store: normal numbers of NumPy's RandomState, drawn as the scripts in tools/golden draw them.
/// </summary>
internal sealed class GeneratedNumbers(uint seed)
{
    private const long Most = 1 << 24;

    private readonly NumpyRandom random = new(seed);

    /// <summary>So many numbers.</summary>
    /// <exception cref="InvalidDataException">A case asks for more than 2^24.</exception>
    public double[] Take(long rows, long columns)
    {
        if (rows > Most / columns)
        {
            throw new InvalidDataException($"A case of {rows} times {columns} numbers is too large: {Most} are generated at most.");
        }

        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.Normal();
        }

        return values;
    }

    /// <summary>A field that counts something.</summary>
    /// <exception cref="InvalidDataException">It is not above zero.</exception>
    public static int Size(JsonElement golden, string name) => golden.GetProperty(name).GetInt32() is > 0 and var size
        ? size
        : throw new InvalidDataException($"'{name}' is not above zero.");
}
