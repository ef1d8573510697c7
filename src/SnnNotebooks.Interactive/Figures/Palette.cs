namespace SnnNotebooks.Interactive.Figures;

/// <summary>Colours that colour-blind readers can tell apart and that read on light and dark paper (M. Okabe, K. Ito, 2008), and viridis for values.</summary>
internal static class Palette
{
    public const string Blue = "#3b8fc4";
    public const string Orange = "#d98a00";
    public const string Green = "#009e73";
    public const string Vermillion = "#d55e00";
    public const string Grey = "#808080";

    // every 32nd colour of viridis (S. van der Walt, N. Smith, 2015; CC0)
    private static readonly (byte R, byte G, byte B)[] Viridis =
    [
        (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
    ];

    /// <summary>The colour of a value; vermillion where it is NaN.</summary>
    /// <param name="share">Where it lies between the lowest, 0, and the highest, 1.</param>
    public static (byte R, byte G, byte B) Of(double share)
    {
        if (double.IsNaN(share))
        {
            return (213, 94, 0);
        }

        var place = Math.Clamp(share, 0, 1) * (Viridis.Length - 1);
        var (low, rest) = ((int)Math.Min(place, Viridis.Length - 2), place - (int)Math.Min(place, Viridis.Length - 2));
        var (a, b) = (Viridis[low], Viridis[low + 1]);
        return (Mix(a.R, b.R, rest), Mix(a.G, b.G, rest), Mix(a.B, b.B, rest));
    }

    private static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + ((b - a) * share));
}
