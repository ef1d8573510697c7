namespace SnnNotebooks.Latents;

/// <summary>Sizes and preprocessing of <see cref="JpcaModel"/>.</summary>
public sealed record JpcaOptions
{
    /// <summary>Principal components that the planes lie in: an even number, at most neurons (published: 6).</summary>
    public int Components { get; init; } = 6;

    /// <summary>
    /// A neuron's counts are divided by its range plus this, in counts per bin, so that those which hardly fire stay small (published: 5 to
    /// 10 spikes per second; 0.5 is that in bins of 0.1 s). 0 for full normalisation.
    /// </summary>
    public double Softening { get; init; } = 0.5;

    /// <summary>Whether the mean over conditions is taken off in every bin. One condition alone keeps it.</summary>
    public bool SubtractConditionMean { get; init; } = true;

    /// <summary>Before everything else; none where null. Derivatives of raw counts are mostly noise.</summary>
    public Smoothing? Smoothing { get; init; }
}
