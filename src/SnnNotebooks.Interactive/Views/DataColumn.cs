namespace SnnNotebooks.Interactive.Views;

/// <summary>A column of a table.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Type">Of its values.</param>
/// <param name="Missing">How many are missing in all.</param>
/// <param name="Values">From the first row on; null is missing.</param>
public sealed record DataColumn(string Name, Type Type, long Missing, IEnumerable<object?> Values)
{
    /// <summary>Whether values of a type are numbers, which stand to the right.</summary>
    /// <param name="type">The type, nullable or not.</param>
    /// <returns>Whether they are.</returns>
    public static bool IsNumber(Type type) =>
        Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte and <= TypeCode.Decimal;
}
