namespace SnnNotebooks.Latents;

/// <summary>
/// Sizes, loss and training of TiDe-SwapVAE. The defaults are those measured to work on generated data (specs/tide_swapvae.md, section 11);
/// the papers' own weights are not known.
/// </summary>
public sealed record TideSwapVaeOptions
{
    /// <summary>Content (external) latent numbers, deterministic.</summary>
    public int Content { get; init; } = 8;

    /// <summary>Style (internal) latent numbers, stochastic.</summary>
    public int Style { get; init; } = 8;

    /// <summary>Width of hidden layers.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Width of both state variables.</summary>
    public int State { get; init; } = 32;

    /// <summary>
    /// Whether the internal state also sees the external latent, as in the latest version of the paper; false for two separate states.
    /// </summary>
    public bool InternalSeesExternal { get; init; } = true;

    /// <summary>Whether views exchange their contents. An ablation where false.</summary>
    public bool Swap { get; init; } = true;

    /// <summary>Whether states carry anything from bin to bin. An ablation where false: both are zero.</summary>
    public bool TimeDependence { get; init; } = true;

    /// <summary>Whether the prior of the style follows its state; N(0, I) where false.</summary>
    public bool LearnedPrior { get; init; } = true;

    /// <summary>Weight of the contrast; an ablation where 0.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Temperature of the contrast; null for Swap-VAE's alignment without negatives.</summary>
    public double? Temperature { get; init; } = 0.5;

    /// <summary>Weight of the divergences.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>
    /// Share of counts that are hidden from the encoder and alone reconstructed (coordinated dropout, M. Keshtkaran and C. Pandarinath
    /// 2019);
    /// 0 for none. Not in what is known of the papers; without it the model copies the spikes of the current bin.
    /// </summary>
    public double CoordinatedDropout { get; init; } = 0.3;

    /// <summary>
    /// Largest share of neurons that are silenced in both views of a pair (Swap-VAE's structured dropout, drawn anew for each pair); 0 for
    /// none.
    /// </summary>
    public double NeuronDropout { get; init; }

    /// <summary>Bins of a training sequence.</summary>
    public int Window { get; init; } = 50;

    /// <summary>The second view begins at most this many bins before or after the first.</summary>
    public int LargestOffset { get; init; } = 5;

    /// <summary>Pairs per iteration.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Iterations: 300 at the scale quick, 900 at laptop.</summary>
    public int Iterations { get; init; } = 300;

    /// <summary>Adam's rate at the start; it falls to 2 % along a cosine.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Gradients longer than this are shortened to it.</summary>
    public double LargestGradient { get; init; } = 5;

    /// <summary>
    /// Iterations between two looks at the validation trials; training ends after five looks without an improvement. 0 for none.
    /// </summary>
    public int ValidationEvery { get; init; }

    /// <summary>The seed of weights, sequences, masks and noise.</summary>
    public int Seed { get; init; }

    internal void Validate(int neurons, int steps)
    {
        if (Content < 1 || Style < 1 || Hidden < 1 || State < 1 || Batch < 2 || Iterations < 1 || LargestOffset < 0 || Window < 1
            || ValidationEvery < 0)
        {
            throw new ArgumentException(
                $"{this} cannot be trained: expected at least one content, style, hidden and state number, two pairs, one iteration and "
                + "one bin.");
        }

        if (Window + LargestOffset > steps)
        {
            throw new ArgumentException(
                $"Sequences of {Window} bins with offsets up to {LargestOffset} do not fit into trials of {steps} bins; choose a smaller "
                + $"{nameof(Window)} or {nameof(LargestOffset)}.");
        }

        if (!(CoordinatedDropout is >= 0 and < 1) || !(NeuronDropout is >= 0 and < 1) || !(Beta >= 0) || !(Gamma >= 0)
            || !(LearningRate > 0) || !(LargestGradient > 0) || Temperature <= 0)
        {
            throw new ArgumentException(
                $"{this} cannot be trained: expected dropout of [0, 1), weights of at least 0, and a positive rate, gradient length and "
                + $"temperature. The data have {neurons} neurons.");
        }
    }
}
