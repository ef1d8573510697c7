using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A view that is one figure, so that it can be drawn again and again under sliders (<see cref="SteeredView"/>).</summary>
public abstract class FigureView : View
{
    /// <summary>Begins a view.</summary>
    protected FigureView()
    {
    }

    /// <summary>The figure.</summary>
    /// <returns>A new figure.</returns>
    public abstract PlotlyFigure ToFigure();

    /// <inheritdoc/>
    public sealed override string ToHtml() => ToFigure().ToHtml();
}
