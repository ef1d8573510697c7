namespace SnnNotebooks.Memristive;

/// <summary>How a real error becomes one the hardware carries.</summary>
public enum ErrorBinarization
{
    /// <summary>Not at all: T(g) = g.</summary>
    Linear,

    /// <summary>T(g) = sign(g) where |g| exceeds the level, else 0.</summary>
    Hard,

    /// <summary>T(g) = sign(g) Bernoulli(min(1, |g| / level)): unbiased up to the level, apart from the factor 1 / level.</summary>
    Stochastic,
}

/// <summary>
/// The function T of the backward pass (spec binary_stochastic.md, section 2). Errors are float32: one that is 0 in real numbers only, such
/// as equal weights times the errors of a softmax, whose sum is 0, has the sign of its rounding. Sums of weights on a grid that is a power
/// of two are exact.
/// </summary>
/// <param name="Kind">Which one.</param>
/// <param name="Level">The threshold tau of the hard one, at least 0, or the clip c of the stochastic one, above 0.</param>
public sealed record ErrorRule(ErrorBinarization Kind, float Level = 0)
{
    /// <summary>T(g) = g.</summary>
    public static ErrorRule Linear { get; } = new(ErrorBinarization.Linear);

    /// <summary>T(g) = sign(g).</summary>
    public static ErrorRule Sign { get; } = new(ErrorBinarization.Hard);
}
