namespace SnnNotebooks.Latents;

/// <summary>Sizes, loss and training of <see cref="MyowModel"/>. Published sizes are those of the paper's monkeys.</summary>
public sealed record MyowOptions
{
    /// <summary>Latent numbers, on a sphere; 128 in the paper.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>Width of the encoder's three hidden layers; 128 in the paper.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Numbers in which a view predicts its own other view; 32 in the paper.</summary>
    public int Projection { get; init; } = 32;

    /// <summary>Numbers in which a view predicts a mined one; 16 in the paper.</summary>
    public int MinedProjection { get; init; } = 16;

    /// <summary>The second bin of a pair lies at most this many bins before or after the first.</summary>
    public int LargestOffset { get; init; } = 5;

    /// <summary>
    /// Of each view, a share of neurons drawn from 0 to this is silenced, the rest raised to keep the sum; up to 0.8 in the paper.
    /// </summary>
    public double LargestDropout { get; init; } = 0.4;

    /// <summary>Bins among which views are mined.</summary>
    public int Pool { get; init; } = 512;

    /// <summary>One of so many nearest bins of the pool is the mined view.</summary>
    public int Neighbours { get; init; } = 3;

    /// <summary>Weight of mined views, reached after a tenth of the iterations; 0 leaves BYOL.</summary>
    public double MinedWeight { get; init; } = 0.1;

    /// <summary>How much of the target network is kept in the first iteration; it rises to 1 along a cosine.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Pairs per iteration.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 800;

    /// <summary>Adam's rate at the start.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>The seed.</summary>
    public int Seed { get; init; }
}
