using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Event frames as a film: a button plays and pauses, a slider chooses the frame, both reachable by keyboard. Everything is in the page;
/// where scripts are off, the frames stand side by side.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class FramePlayerView : View
{
    private const int MostFrames = 200;
    private const int MostPixels = 160;
    private readonly string title;
    private readonly double framesPerSecond;
    private readonly FilmSheet sheet;
    private readonly string description;

    /// <summary>Reads the frames; the tensor is not kept.</summary>
    /// <param name="frames">[T, 2, H, W]: OFF and ON counts, or any numbers of which those above 0 count. Above 200 frames or 160 pixels it
    /// is thinned (maxima of neighbours), and says so.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="framesPerSecond">How fast it plays, above 0.</param>
    /// <exception cref="ArgumentException">The shape is another, or a length is 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="framesPerSecond"/> is not above 0.</exception>
    public FramePlayerView(Tensor frames, string title, double framesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(title);
        if (frames.dim() != 4 || frames.shape[1] != 2 || frames.numel() == 0)
        {
            throw new ArgumentException(
                $"The player needs frames [T, 2, H, W], OFF and ON; this is [{string.Join(", ", frames.shape)}].", nameof(frames));
        }

        if (!(framesPerSecond > 0 && double.IsFinite(framesPerSecond)))
        {
            throw new ArgumentOutOfRangeException(nameof(framesPerSecond), framesPerSecond, "The player needs a speed above 0.");
        }

        (this.title, this.framesPerSecond) = (title, framesPerSecond);
        using var scope = NewDisposeScope();
        var all = frames.shape[0];
        var every = (int)((all + MostFrames - 1) / MostFrames);
        var stride = (Math.Max(frames.shape[2], frames.shape[3]) + MostPixels - 1) / MostPixels;
        var shown = frames.detach().slice(0, 0, all, every).cpu().to(ScalarType.Float32);
        var broken = shown.isfinite().logical_not().any().item<bool>();
        shown = nan_to_num(shown, 0, 0, 0);
        if (stride > 1)
        {
            shown = nn.functional.max_pool2d(shown, [stride, stride], ceil_mode: true);
        }

        shown = shown.contiguous();
        var (count, height, width) = ((int)shown.shape[0], (int)shown.shape[2], (int)shown.shape[3]);
        var (values, most, plane) = (shown.Numbers<float>(), shown.max().ToDouble(), width * height);
        sheet = FilmSheet.Of(
            (count, height, width), every, "frame", EventColours.Table,
            (frame, pixel) => EventColours.Code(values[(2 * frame * plane) + pixel], values[(((2 * frame) + 1) * plane) + pixel], most));
        description = string.Create(CultureInfo.InvariantCulture, $"{count} of {all} frames, {frames.shape[2]} x {frames.shape[3]} pixels")
            + (stride > 1
                ? string.Create(CultureInfo.InvariantCulture, $" (the highest of {stride} x {stride} shown as one)")
                : string.Empty)
            + (broken ? "; values that are not finite are left out" : string.Empty);
    }

    /// <inheritdoc/>
    public override string ToHtml() => sheet.Player(title, description, EventColours.Legend, framesPerSecond);

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {description}";
}
