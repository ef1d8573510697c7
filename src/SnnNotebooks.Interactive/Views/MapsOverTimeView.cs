using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Maps that change from time step to time step, such as a layer's feature maps or an attention's heads: all maps of a step beside each
/// other, a slider and a button to go through the steps, one scale of colours for all. Where scripts are off, the steps stand side by side.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class MapsOverTimeView : View
{
    private const int MostSteps = 64;
    private const int MostMaps = 16;
    private const int MostPixels = 64;
    private const int Gap = 1;
    private const double StepsPerSecond = 4;
    private readonly string title;
    private readonly string description;
    private readonly FilmSheet sheet;
    private readonly ColourScale scale;
    private readonly bool broken;
    private readonly int liveliest;

    /// <summary>Reads the maps; the tensor is not kept.</summary>
    /// <param name="maps">[T, H, W], [T, C, H, W] or more axes between the first and the last two, which are counted through. Of more than
    /// 64 steps, 16 maps or 64 pixels a part evenly spread is shown, and the view says so.</param>
    /// <param name="title">A line above them.</param>
    /// <exception cref="ArgumentException">There are fewer than three axes, no element, or complex numbers.</exception>
    public MapsOverTimeView(Tensor maps, string title)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(title);
        if (maps.dim() < 3 || maps.numel() == 0 || maps.is_complex())
        {
            throw new ArgumentException(
                $"Maps over time are real numbers [T, H, W] or [T, C, H, W]; this is {maps.dtype} [{string.Join(", ", maps.shape)}].",
                nameof(maps));
        }

        this.title = title;
        using var scope = NewDisposeScope();
        var (steps, rows, columns) = (maps.shape[0], maps.shape[^2], maps.shape[^1]);
        var all = maps.detach().reshape(steps, -1, rows, columns);
        var (every, one, stride) = (Part(steps, MostSteps), Part(all.shape[1], MostMaps), Part(Math.Max(rows, columns), MostPixels));
        var shown = all.slice(0, 0, steps, every).slice(1, 0, all.shape[1], one).slice(2, 0, rows, stride).slice(3, 0, columns, stride)
            .cpu().to(ScalarType.Float32).contiguous();
        var (count, height, width) = ((int)shown.shape[1], (int)shown.shape[2], (int)shown.shape[3]);
        var values = shown.Numbers<float>();
        var finite = values.Where(float.IsFinite).DefaultIfEmpty(0).ToArray();
        (scale, broken) = (new ColourScale(finite.Min(), finite.Max()), finite.Length < values.Length);

        // shown first, since a spiking layer's first steps are often silent
        liveliest = (int)nan_to_num(shown, 0, 0, 0).abs().sum([1, 2, 3]).argmax().item<long>();

        // as square as can be, a clear line between neighbours
        var across = (int)Math.Ceiling(Math.Sqrt(count * height / (double)width));
        across = Math.Clamp(across, 1, count);
        var down = (count + across - 1) / across;
        var (cellHeight, cellWidth) = (height + Gap, width + Gap);
        var (sheetHeight, sheetWidth) = ((down * cellHeight) - Gap, (across * cellWidth) - Gap);
        sheet = FilmSheet.Of(((int)shown.shape[0], sheetHeight, sheetWidth), (int)every, "time step", scale.Colours, (frame, pixel) =>
        {
            var (y, x) = (pixel / sheetWidth, pixel % sheetWidth);
            var map = (y / cellHeight * across) + (x / cellWidth);
            return y % cellHeight >= height || x % cellWidth >= width || map >= count
                ? ColourScale.Clear
                : scale.Place(values[(((((frame * count) + map) * height) + (y % cellHeight)) * width) + (x % cellWidth)]);
        });
        description = string.Create(
            CultureInfo.InvariantCulture,
            $"{shown.shape[0]} of {steps} time steps, {count} of {all.shape[1]} maps (rows of {across}) of {rows} x "
            + $"{columns}{(stride > 1 ? $", 1 pixel in {stride} in each direction shown" : string.Empty)}; values "
            + $"{Markup.Number(finite.Min())} to {Markup.Number(finite.Max())}");
    }

    /// <inheritdoc/>
    public override string ToHtml() => sheet.Player(title, description, scale.Legend(broken), StepsPerSecond, liveliest);

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {description}{(broken ? "; NaN OR INFINITE VALUES OCCUR" : string.Empty)}";

    // one in how many is shown, so that there are at most so many
    private static long Part(long length, int most) => (length + most - 1) / most;
}
