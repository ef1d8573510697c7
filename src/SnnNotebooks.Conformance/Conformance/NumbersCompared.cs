using System.Globalization;
using System.Text.Json;

namespace SnnNotebooks.Conformance;

/// <summary>Compares lists of numbers; null in the file stands for NaN.</summary>
internal static class NumbersCompared
{
    /// <summary>
    /// A result that names the first number that is off by more than the tolerance, relative where the number is above 1.
    /// </summary>
    public static ConformanceResult With(string name, JsonElement expected, IEnumerable<double> found, double tolerance)
    {
        double[] wanted = [.. Flat(expected)];
        double[] given = [.. found];
        if (wanted.Length != given.Length)
        {
            return ConformanceResult.Fail(name, $"found {given.Length} numbers, expected {wanted.Length}");
        }

        var off = Enumerable.Range(0, wanted.Length).Where(i => !Near(wanted[i], given[i], tolerance)).Select(i =>
            (int?)i).FirstOrDefault();
        return off is { } first
            ? ConformanceResult.Fail(name, string.Create(CultureInfo.InvariantCulture,
                $"number {first} is {given[first]:R}, expected {wanted[first]:R} within {tolerance:R}"))
            : ConformanceResult.Pass(name);
    }

    private static bool Near(double wanted, double given, double tolerance) =>
        double.IsNaN(wanted) ? double.IsNaN(given) : Math.Abs(wanted - given) <= tolerance * Math.Max(1, Math.Abs(wanted));

    private static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Number => [value.GetDouble()],
        JsonValueKind.Null => [double.NaN],
        _ => throw new InvalidDataException($"The file holds {value.ValueKind} where numbers are expected."),
    };
}
