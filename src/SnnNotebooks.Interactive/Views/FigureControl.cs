using System.Globalization;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A slider or a choice above a figure. What the figure shows for each of its values is computed when the cell runs, so that it works in
/// every front end and in exported pages, without a kernel. Where it stands at first is a parameter of the notebook.
/// </summary>
public sealed class FigureControl
{
    private FigureControl(string parameter, string label, IReadOnlyList<string> names, IReadOnlyList<double>? numbers, int start)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        (Parameter, Label, Names, Numbers, Start) = (parameter, label, names, numbers, start);
    }

    /// <summary>The parameter that says where it stands at first (<c>snn run --set Name=Value</c>).</summary>
    public string Parameter { get; }

    /// <summary>What it chooses, with its unit.</summary>
    public string Label { get; }

    /// <summary>Its values as they are shown.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Where it stands at first, from 0.</summary>
    public int Start { get; }

    /// <summary>Whether it is a slider, not a choice of names.</summary>
    public bool IsSlider => Numbers is not null;

    internal IReadOnlyList<double>? Numbers { get; }

    /// <summary>A slider over numbers.</summary>
    /// <param name="parameter">The notebook parameter that says where it stands at first.</param>
    /// <param name="label">What it chooses, with its unit.</param>
    /// <param name="values">The numbers it stops at, at least one.</param>
    /// <param name="start">Where it stands where the parameter is not set: one of them.</param>
    /// <returns>The control, standing where the parameter says.</returns>
    /// <exception cref="ArgumentException">There is no value, or the parameter or <paramref name="start"/> is none of them.</exception>
    public static FigureControl Slider(string parameter, string label, IReadOnlyList<double> values, double start)
    {
        ArgumentNullException.ThrowIfNull(values);
        var names = values.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)).ToArray();
        var wanted = Parameters.Get(parameter, start);
        return new(parameter, label, names, [.. values], Place(parameter, names, values.ToList().IndexOf(wanted),
            wanted.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>A choice among names.</summary>
    /// <param name="parameter">The notebook parameter that says which is chosen at first.</param>
    /// <param name="label">What it chooses.</param>
    /// <param name="names">The names, at least one.</param>
    /// <param name="start">Which is chosen where the parameter is not set: one of them.</param>
    /// <returns>The control, standing where the parameter says.</returns>
    /// <exception cref="ArgumentException">There is no name, or the parameter or <paramref name="start"/> is none of them.</exception>
    public static FigureControl Choice(string parameter, string label, IReadOnlyList<string> names, string start)
    {
        ArgumentNullException.ThrowIfNull(names);
        var wanted = Parameters.Get(parameter, start);
        return new(parameter, label, [.. names], null, Place(parameter, names, names.ToList().IndexOf(wanted), wanted));
    }

    private static int Place(string parameter, IReadOnlyList<string> names, int place, string wanted) => place >= 0
        ? place
        : throw new ArgumentException($"{parameter} is '{wanted}'; expected one of {string.Join(", ", names)}.", nameof(parameter));
}
