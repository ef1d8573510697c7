namespace SnnNotebooks.Datasets.Events;

/// <summary>The two versions of SpikingJelly whose rules for frames differ.</summary>
public enum SpikingJellyVersion
{
    /// <summary>0.0.0.0.14 of 2023, which most published results used.</summary>
    Release014,

    /// <summary>The later master.</summary>
    Head,
}
