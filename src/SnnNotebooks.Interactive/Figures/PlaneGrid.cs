using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// A tensor of two or more axes as heat maps of its last two: one; or small ones over the first axis to the right and the third
/// last downwards, evenly spaced where there are many, with one scale of colours.
/// </summary>
internal sealed class PlaneGrid
{
    private const int MostAcross = 8;
    private const int MostDown = 6;
    private readonly List<List<(string Label, double[] Values)>> rows = [];
    private readonly string[] axes;
    private readonly long[] shape;
    private readonly int height;
    private readonly int width;

    /// <summary>Reads what is shown of a detached, real, dense tensor with at least one element; the tensor is not kept.</summary>
    /// <param name="tensor">Two or more axes.</param>
    /// <param name="axes">A name for each axis, or none.</param>
    public PlaneGrid(Tensor tensor, string[] axes)
    {
        using var scope = NewDisposeScope();
        (this.axes, shape) = (axes, tensor.shape);
        var across = shape.Length > 2 ? Spread(shape[0], shape.Length > 3 && shape[^3] > 1 ? MostAcross : 2 * MostAcross) : [0];
        var down = shape.Length > 3 ? Spread(shape[^3], MostDown) : [0];
        var most = across.Length * down.Length == 1 ? 256 : 64;
        (RowStride, ColumnStride) = ((shape[^2] + most - 1) / most, (shape[^1] + most - 1) / most);
        foreach (var lower in down)
        {
            var row = new List<(string, double[])>();
            foreach (var outer in across)
            {
                var index = new long[shape.Length - 2];
                if (index.Length > 0)
                {
                    index[0] = outer;
                }

                if (index.Length > 1)
                {
                    index[^1] = lower;
                }

                var plane = index.Aggregate(tensor, (rest, place) => rest.select(0, place));
                var thin = plane.slice(0, 0, shape[^2], RowStride).slice(1, 0, shape[^1], ColumnStride).cpu().to(ScalarType.Float64)
                    .contiguous();
                (height, width) = ((int)thin.shape[0], (int)thin.shape[1]);
                row.Add((Label(index), thin.Numbers<double>()));
            }

            rows.Add(row);
        }

        Shown = across.Length * down.Length;
        Planes = shape[..^2].Aggregate(1L, (product, length) => product * length);
    }

    public int Shown { get; }

    public long Planes { get; }

    public long RowStride { get; }

    public long ColumnStride { get; }

    /// <summary>What of the tensor is in the picture.</summary>
    public string Caption
    {
        get
        {
            var caption = $"{AxisName(shape.Length - 2)} ({shape[^2]}) downwards, {AxisName(shape.Length - 1)} ({shape[^1]}) to the right";
            var thinned = RowStride > 1 || ColumnStride > 1 ? $"; thinned: 1 row in {RowStride}, 1 column in {ColumnStride}" : string.Empty;
            return caption + (Planes > 1 ? $"; {Shown} of {Planes} planes" : string.Empty) + thinned;
        }
    }

    /// <summary>The heat maps as an HTML figure.</summary>
    public string ToHtml()
    {
        var all = rows.SelectMany(row => row).SelectMany(plane => plane.Values).ToArray();
        var finite = all.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var scale = new ColourScale(finite.Min(), finite.Max());
        var html = new StringBuilder("<figure style=\"margin:0;font-size:12px;max-width:100%\">");
        var single = Shown == 1;
        var (room, least) = single ? (300.0, 40.0) : (84.0, 12.0);
        var (w, h) = shape[^1] >= shape[^2]
            ? (room, Math.Max(least, room * shape[^2] / shape[^1]))
            : (Math.Max(least, room * shape[^1] / shape[^2]), room);
        foreach (var row in rows)
        {
            html.Append("<div style=\"display:flex;flex-wrap:wrap;gap:8px;margin-bottom:6px\">");
            foreach (var (label, values) in row)
            {
                var text = Markup.Escape(label);
                html.Append(CultureInfo.InvariantCulture,
                    $"<div><img src=\"{scale.Picture(values, width)}\" alt=\"heat map {text} {Markup.Escape(Caption)}\" "
                    + $"style=\"width:{Markup.Coordinate(w)}px;height:{Markup.Coordinate(h)}"
                    + $"px;image-rendering:pixelated;display:block;margin:0\"/>"
                    + $"{(single && shape.Length == 2 ? string.Empty : $"<span style=\"opacity:.75\">{text}</span>")}</div>");
            }

            html.Append("</div>");
        }

        return html.Append(scale.Legend(finite.Length < all.Length)).Append(CultureInfo.InvariantCulture,
            $"<figcaption style=\"opacity:.75\">{Markup.Escape(Caption)}</figcaption></figure>").ToString();
    }

    // at most so many places from the first to the last
    private static long[] Spread(long length, int most) =>
        length <= most
            ? [.. Enumerable.Range(0, (int)length).Select(i => (long)i)]
            : [.. Enumerable.Range(0, most).Select(i => i * (length - 1) / (most - 1))];

    private string AxisName(int axis) => axes.Length > 0 ? axes[axis] : string.Create(CultureInfo.InvariantCulture, $"axis {axis}");

    private string Label(long[] index) => axes.Length > 0
        ? string.Join(", ", index.Select((place, axis) => string.Create(CultureInfo.InvariantCulture, $"{axes[axis]} {place}")))
        : "[" + string.Join(", ", index.Select(place => place.ToString(CultureInfo.InvariantCulture))) + ", :, :]";
}
