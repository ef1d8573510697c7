namespace SnnNotebooks.Memristive;

/// <summary>
/// How the derivative of a hidden activation is read (spec binary_stochastic.md, section 2; measured in its section 7.4).
/// </summary>
public enum DerivativeEstimator
{
    /// <summary>The exact derivative dp/dz, a float.</summary>
    Exact,

    /// <summary>d = x_a (1 - x_b) of two reads; mean p (1 - p).</summary>
    TwoReads,

    /// <summary>d ~ Bernoulli(4 p (1 - p)); the recommended one.</summary>
    Scaled,

    /// <summary>d = x_a xor x_b of two reads; mean 2 p (1 - p). Needs comparators only.</summary>
    Exclusive,

    /// <summary>d = 1 where the noisy column sum lies within the window, |z + n| &lt; c.</summary>
    Window,

    /// <summary>d = 1 where the column sum itself lies within the window, |z| &lt; c.</summary>
    NoiselessWindow,

    /// <summary>d = 1 always: a control, which does not train.</summary>
    None,
}

/// <summary>A derivative estimator with its settings.</summary>
/// <param name="Estimator">Which one.</param>
/// <param name="SharesForwardRead">For two reads: whether x_a is the forward read itself instead of a fresh one.</param>
/// <param name="Window">Half-width c of the windows, in units of the column sum.</param>
public sealed record DerivativeRule(DerivativeEstimator Estimator, bool SharesForwardRead = false, float Window = 1);
