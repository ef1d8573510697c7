namespace SnnNotebooks.Training;

/// <summary>Losses on scores: [B, classes], or [T, B, classes], of which the first two take the mean over time.</summary>
public enum RateLoss
{
    /// <summary>Mean squared error to the one-hot label: the right neuron should fire at every step, the others never.</summary>
    MeanSquaredError,

    /// <summary>Cross-entropy of the rates taken as logits.</summary>
    CrossEntropy,

    /// <summary>
    /// Temporal efficient training (S. Deng et al., ICLR 2022, arXiv:2202.11946): the mean of the cross-entropies at each time step, and a
    /// pull of the scores towards 1, of weight <see cref="TrainingRecipe.TemporalPull"/>. Wants [T, B, classes].
    /// </summary>
    TemporalEfficient,
}
