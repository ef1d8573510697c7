namespace SnnNotebooks.Datasets.Neural;

/// <summary>Objects of MATLAB's in a MAT file, such as tables: what they hold is written for MATLAB alone.</summary>
internal static class MatObjects
{
    /// <summary>A sentence for each, with the line of MATLAB that makes something else of it.</summary>
    public static IReadOnlyList<string> Sentences(MatFile file) =>
    [
        .. file.Variables.Where(variable => variable is { ObjectName: not (null or "function_handle"), Name.Length: > 0 }).Select(
            variable => $"{variable.Name} is a MATLAB {variable.ObjectName}, which only MATLAB can read: "
                + (Line(variable.ObjectName!) is { } line
                    ? $"there, {variable.Name} = {line.Replace("X", variable.Name, StringComparison.Ordinal)}, and save again."
                    : "save a struct or an array instead.")),
    ];

    private static string? Line(string kind) => kind switch
    {
        "table" => "table2struct(X, 'ToScalar', true)",
        "timetable" => "table2struct(timetable2table(X), 'ToScalar', true)",
        "string" or "categorical" => "cellstr(X)",
        "duration" => "seconds(X)",
        "datetime" => "seconds(X - X(1))",
        _ => null,
    };
}
