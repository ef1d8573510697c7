namespace SnnNotebooks.Interactive.Figures;

/// <summary>Colours that colour-blind readers can tell apart and that read on light and dark paper (M. Okabe, K. Ito, 2008).</summary>
internal static class Palette
{
    public const string Blue = "#3b8fc4";
    public const string Orange = "#d98a00";
    public const string Green = "#009e73";
    public const string Vermillion = "#d55e00";
    public const string Grey = "#808080";
}
