using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Images side by side, each with a caption.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ImageGridView : View
{
    private const int Most = 64;
    private const int MostPixels = 256;
    private readonly List<string> pictures = [];
    private readonly IReadOnlyList<string> captions;
    private readonly string description;
    private readonly int width;

    /// <summary>Reads the images; the tensor is not kept.</summary>
    /// <param name="images">[N, C, H, W] with C of 1 (grey) or 3 (red, green, blue), or [N, H, W]; the lowest value shown is black, the
    /// highest white, what is not finite black too. The first 64 are shown, larger ones than 256 pixels thinned, and the view says
    /// so.</param>
    /// <param name="captions">A caption for each image shown, or none.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public ImageGridView(Tensor images, IReadOnlyList<string>? captions = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.numel() == 0 || !(images.dim() == 3 || (images.dim() == 4 && images.shape[1] is 1 or 3)))
        {
            throw new ArgumentException(
                $"Images must be [N, C, H, W] with C of 1 or 3, or [N, H, W]; this is [{string.Join(", ", images.shape)}].",
                nameof(images));
        }

        using var scope = NewDisposeScope();
        var stride = (Math.Max(images.shape[^1], images.shape[^2]) + MostPixels - 1) / MostPixels;
        var shown = (images.dim() == 3 ? images.unsqueeze(1) : images).narrow(0, 0, Math.Min(images.shape[0], Most)).detach()
            .slice(2, 0, images.shape[^2], stride).slice(3, 0, images.shape[^1], stride).cpu().to(ScalarType.Float32).contiguous();
        var (count, channels, height) = ((int)shown.shape[0], (int)shown.shape[1], (int)shown.shape[2]);
        width = (int)shown.shape[3];
        var values = shown.Numbers<float>();
        var finite = values.Where(float.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        for (var image = 0; image < count; image++)
        {
            var pixels = new byte[width * height * 4];
            for (var pixel = 0; pixel < width * height; pixel++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = values[(((image * channels) + Math.Min(channel, channels - 1)) * width * height) + pixel];
                    pixels[(4 * pixel) + channel] = (byte)Math.Clamp(
                        Math.Round(255 * (value - low) / Math.Max(high - low, 1e-12f)), 0, 255);
                }

                pixels[(4 * pixel) + 3] = 255;
            }

            pictures.Add(Png.DataUri(Png.Encode(pixels, width, height)));
        }

        this.captions = captions ?? [];
        var thinned = stride > 1 ? $" (1 pixel in {stride} shown)" : string.Empty;
        var broken = finite.Length < values.Length ? "; values that are not finite are black" : string.Empty;
        description = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} of {images.shape[0]} images, {images.shape[^2]} x {images.shape[^1]} pixels{thinned}, values "
            + $"{Markup.Number(low)} (black) to {Markup.Number(high)} (white){broken}");
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(
            "<figure class=\"snn-figure\" style=\"margin:0\"><div style=\"display:flex;flex-wrap:wrap;gap:10px\">");
        for (var i = 0; i < pictures.Count; i++)
        {
            var caption = i < captions.Count ? Markup.Escape(captions[i]) : string.Empty;
            html.Append(CultureInfo.InvariantCulture,
                $"<div style=\"text-align:center;font-size:12px\"><img src=\"{pictures[i]}\" "
                + $"alt=\"{(caption.Length > 0 ? caption : $"image {i}")}\" "
                + $"style=\"width:{Math.Clamp(width * 3, 72, 240)}px;image-rendering:pixelated;display:block;"
                + $"outline:1px solid rgba(128,128,128,.4)\"/>{caption}</div>");
        }

        return html.Append(CultureInfo.InvariantCulture,
            $"</div><figcaption style=\"opacity:.75;font-size:13px\">{description}</figcaption></figure>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => captions.Count == 0 ? description : $"{description}: {string.Join(", ", captions)}";
}
