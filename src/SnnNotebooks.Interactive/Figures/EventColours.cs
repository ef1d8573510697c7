namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Counts of OFF and ON events as one of 256 colours: blue for ON, orange-red for OFF, mixed where both occur, clear where there are none.
/// </summary>
internal static class EventColours
{
    private const int Levels = 16;

    /// <summary>The colours, by level of OFF times 16 plus level of ON.</summary>
    public static (byte R, byte G, byte B,
        byte A)[] Table { get; } = [.. Enumerable.Range(0, Levels * Levels).Select(code => Colour(code / Levels, code % Levels))];

    /// <summary>What the colours mean.</summary>
    public static string Legend =>
        $"<div style=\"display:flex;gap:12px;font-size:12px\"><span><span style=\"color:{Palette.Blue}\">&#9632;</span> "
        + $"ON</span><span><span style=\"color:{Palette.Vermillion}\">&#9632;</span> OFF</span><span style=\"opacity:.75\">stronger: "
        + "more events (logarithmic)</span></div>";

    /// <summary>The colour's place in the table; counts that are not finite or below 0 count as none.</summary>
    /// <param name="off">OFF events.</param>
    /// <param name="on">ON events.</param>
    /// <param name="most">The largest count there is.</param>
    public static byte Code(double off, double on, double most) => (byte)((Level(off, most) * Levels) + Level(on, most));

    private static int Level(double count, double most) =>
        !double.IsFinite(count) || count <= 0
            ? 0
            : Math.Clamp((int)Math.Round((Levels - 1) * Math.Log(1 + count) / Math.Log(1 + most)), 1, Levels - 1);

    private static (byte R, byte G, byte B, byte A) Colour(int off, int on)
    {
        if (off + on == 0)
        {
            return (0, 0, 0, 0);
        }

        var share = (double)on / (on + off);
        byte Mix(int from, int to) => (byte)Math.Round(from + ((to - from) * share));
        return (Mix(0xd5, 0x3b), Mix(0x5e, 0x8f), Mix(0x00, 0xc4), (byte)(90 + (165 * Math.Max(off, on) / (Levels - 1))));
    }
}
