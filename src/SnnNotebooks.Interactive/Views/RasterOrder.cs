namespace SnnNotebooks.Interactive.Views;

/// <summary>How the neurons of a raster are ordered.</summary>
public enum RasterOrder
{
    /// <summary>As they come.</summary>
    Index,

    /// <summary>The most active first.</summary>
    Rate,

    /// <summary>The one that fires first comes first; silent ones last.</summary>
    FirstSpike,
}
