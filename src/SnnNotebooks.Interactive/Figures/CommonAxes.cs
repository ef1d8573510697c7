namespace SnnNotebooks.Interactive.Figures;

/// <summary>One range for an axis of many charts, so that what moves under a slider moves against a scale that stays.</summary>
internal static class CommonAxes
{
    private const double Margin = 0.04;

    /// <summary>Sets the ranges of all linear axes on which every trace has numbers.</summary>
    /// <param name="charts">Traces and layout of each.</param>
    public static void Fix(IReadOnlyList<(IReadOnlyList<Dictionary<string, object>> Traces, Dictionary<string, object> Layout)> charts)
    {
        var axes = charts.SelectMany(chart => chart.Layout.Keys)
            .Where(name => name.StartsWith("xaxis", StringComparison.Ordinal) || name.StartsWith("yaxis", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).ToArray();
        foreach (var axis in axes)
        {
            var ranges = charts.Select(chart => Range(chart.Traces, Of(chart.Layout, axis), axis)).ToArray();
            if (ranges.All(range => range is not null) && ranges.Min(range => range!.Value.Low) < ranges.Max(range => range!.Value.High))
            {
                foreach (var (_, layout) in charts)
                {
                    Of(layout, axis)["range"] = new[] { ranges.Min(range => range!.Value.Low), ranges.Max(range => range!.Value.High) };
                }
            }
        }
    }

    private static Dictionary<string, object> Of(Dictionary<string, object> layout, string axis)
    {
        if (layout.GetValueOrDefault(axis) is not Dictionary<string, object> properties)
        {
            layout[axis] = properties = [];
        }

        return properties;
    }

    // null where it is not for us to say
    private static (double Low, double High)? Range(
        IReadOnlyList<Dictionary<string, object>> traces, Dictionary<string, object> properties, string axis)
    {
        if (properties.GetValueOrDefault("range") is double[] { Length: 2 } set)
        {
            return (set[0], set[1]);
        }

        var (letter, name) = (axis[..1], axis.Replace("axis", string.Empty, StringComparison.Ordinal));
        var values = traces.Where(trace => (trace.GetValueOrDefault(letter + "axis") as string ?? letter) == name)
            .Select(trace => trace.GetValueOrDefault(letter) as double[]).ToArray();
        if (properties.GetValueOrDefault("type") is "log" || values.Length == 0 || values.Any(numbers => numbers is null))
        {
            return null;
        }

        var finite = values.SelectMany(numbers => numbers!).Where(double.IsFinite).ToList();
        if (properties.GetValueOrDefault("rangemode") is "tozero")
        {
            finite.Add(0);
        }

        if (finite.Count == 0)
        {
            return null;
        }

        var margin = Margin * (finite.Max() - finite.Min());
        return (finite.Min() - margin, finite.Max() + margin);
    }
}
