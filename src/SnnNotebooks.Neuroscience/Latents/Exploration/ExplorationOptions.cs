using SnnNotebooks.Latents.Controls;

namespace SnnNotebooks.Latents.Exploration;

/// <summary>How a recording's latent space is explored.</summary>
public sealed record ExplorationOptions
{
    /// <summary>One of <see cref="LatentModels.Names"/>.</summary>
    public string Model { get; init; } = "causal";

    /// <summary>Latent numbers per bin; the model's own where null.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Of models trained by gradient; their own where null.</summary>
    public int? Iterations { get; init; }

    /// <summary>Of models, controls and draws.</summary>
    public int Seed { get; init; }

    /// <summary>The control that is fitted and checked beside the recording.</summary>
    public ControlKind Control { get; init; } = ControlKind.TimeShift;

    /// <summary>Whether the space is checked: consistency, dimensions, tangling. The model is fitted a dozen times more.</summary>
    public bool Checks { get; init; } = true;

    /// <summary>Fits of different seeds that are compared.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The most dimensions that are tried.</summary>
    public int MostDimensions { get; init; } = 20;
}
