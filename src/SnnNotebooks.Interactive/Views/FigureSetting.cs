namespace SnnNotebooks.Interactive.Views;

/// <summary>Where the controls above a figure stand.</summary>
public sealed class FigureSetting
{
    private readonly IReadOnlyDictionary<FigureControl, int> places;

    internal FigureSetting(IReadOnlyDictionary<FigureControl, int> places) => this.places = places;

    /// <summary>The number at which a slider stands.</summary>
    /// <param name="slider">One of the figure's sliders.</param>
    /// <exception cref="ArgumentException">It is a choice of names, or no control of this figure.</exception>
    public double this[FigureControl slider] => slider?.Numbers is { } numbers
        ? numbers[Place(slider)]
        : throw new ArgumentException($"{slider?.Label ?? "null"} is no slider; NameOf has what a choice stands at.", nameof(slider));

    /// <summary>The value at which a control stands, as it is shown.</summary>
    /// <param name="control">One of the figure's controls.</param>
    /// <returns>A number or a name as text.</returns>
    /// <exception cref="ArgumentException">It is no control of this figure.</exception>
    public string NameOf(FigureControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        return control.Names[Place(control)];
    }

    private int Place(FigureControl control) => places.TryGetValue(control, out var place)
        ? place
        : throw new ArgumentException($"{control.Label} is no control of this figure.", nameof(control));
}
