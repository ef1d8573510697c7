using System.Globalization;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Numbers as colours: viridis from the lowest to the highest, or, where both signs occur, blue through white to brown with
/// zero in the middle. What is NaN or infinite is magenta, which neither scale contains.
/// </summary>
internal sealed class ColourScale
{
    private const int Steps = 253; // odd, so that zero has a colour of its own
    private const byte NotFinite = Steps;

    // every 32nd colour of viridis (S. van der Walt, N. Smith, 2015; CC0)
    private static readonly (byte R, byte G, byte B)[] Viridis =
    [
        (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50),
        (253, 231, 37),
    ];

    private static readonly (byte R, byte G, byte B)[] Signed =
    [
        (8, 48, 107), (33, 113, 181), (107, 174, 214), (200, 221, 240), (247, 247, 247), (246, 216, 174), (230, 159, 60), (179, 97, 10),
        (107, 48, 2),
    ];

    private readonly bool signed;

    /// <summary>Makes the scale of some numbers.</summary>
    /// <param name="low">The lowest finite one.</param>
    /// <param name="high">The highest finite one.</param>
    public ColourScale(double low, double high)
    {
        signed = low < 0 && high > 0;
        var most = Math.Max(-low, high);
        (Low, High) = signed ? (-most, most) : (low, high);
        var stops = signed ? Signed : Viridis;
        Colours = [.. Enumerable.Range(0, Steps).Select(step => Between(stops, step / (Steps - 1.0))), (230, 0, 200, 255), (0, 0, 0, 0)];
    }

    /// <summary>The place of the colour that cannot be seen, for gaps.</summary>
    public static byte Clear => Steps + 1;

    /// <summary>The table of colours.</summary>
    public (byte R, byte G, byte B, byte A)[] Colours { get; }

    public double Low { get; }

    public double High { get; }

    /// <summary>The place of a number's colour in the table.</summary>
    public byte Place(double value) =>
        // halves before subtracting: High - Low of the largest doubles is infinite
        !double.IsFinite(value) ? NotFinite
        : High > Low ? (byte)Math.Round((Steps - 1) * Math.Clamp(((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2)), 0, 1))
        : (byte)(Steps / 2);

    /// <summary>A picture of rows times columns numbers, a pixel each.</summary>
    public string Picture(ReadOnlySpan<double> values, int columns)
    {
        var pixels = new byte[values.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Place(values[i]);
        }

        return Png.DataUri(Png.EncodeIndexed(pixels, columns, values.Length / columns, Colours));
    }

    /// <summary>The bar that says which colour is which number.</summary>
    /// <param name="notFinite">Whether the pictures hold numbers that are not finite.</param>
    public string Legend(bool notFinite)
    {
        var bar = Png.DataUri(Png.EncodeIndexed([.. Enumerable.Range(0, Steps).Select(step => (byte)step)], Steps, 1, Colours));
        var legend = string.Create(
            CultureInfo.InvariantCulture,
            $"<div style=\"display:flex;align-items:center;gap:6px;font-size:12px;margin-top:4px\">{Markup.Number(Low)}<img "
            + $"src=\"{bar}\" alt=\"colour bar from {Markup.Number(Low)} to {Markup.Number(High)}\" "
            + $"style=\"width:140px;height:10px;margin:0\"/>{Markup.Number(High)}");
        return legend
            + (notFinite
                ? " <span style=\"background:#e600c8;width:10px;height:10px;display:inline-block\"></span>NaN or infinite"
                : string.Empty) + (signed ? " <span style=\"opacity:.75\">(white is 0)</span>" : string.Empty) + "</div>";
    }

    private static (byte R, byte G, byte B, byte A) Between((byte R, byte G, byte B)[] stops, double share)
    {
        var place = share * (stops.Length - 1);
        var first = (int)Math.Min(place, stops.Length - 2);
        var (a, b, rest) = (stops[first], stops[first + 1], place - first);
        return (Mix(a.R, b.R, rest), Mix(a.G, b.G, rest), Mix(a.B, b.B, rest), 255);
    }

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}
