namespace SnnNotebooks.Memristive;

/// <summary>What a layer passes on.</summary>
public enum SignalMode
{
    /// <summary>The value itself: a grey pixel, a probability.</summary>
    Exact,

    /// <summary>One random bit whose mean is the value.</summary>
    Stochastic,

    /// <summary>1 where the value exceeds one half: a comparator without noise.</summary>
    Threshold,
}

/// <summary>
/// Which of the paper's three ideas are on, each by itself: binary stochastic signals and derivatives, signed errors, step-wise
/// updates. The defaults are the fully binary-stochastic system as tuned in section 7.1 of spec binary_stochastic.md. The paper
/// (Y. Li et al., "Binary stochasticity enabled highly efficient neuromorphic deep learning achieves better-than-software
/// accuracy", arXiv:2304.12866) was known by its abstract only; the equations are a design of this kit that agrees with it.
/// </summary>
public sealed record LearningRule
{
    /// <summary>How pixels enter in training.</summary>
    public SignalMode Inputs { get; init; } = SignalMode.Stochastic;

    /// <summary>What hidden neurons pass on in training.</summary>
    public SignalMode Forward { get; init; } = SignalMode.Stochastic;

    /// <summary>How the derivative of hidden neurons is read.</summary>
    public DerivativeRule Derivative { get; init; } = new(DerivativeEstimator.Scaled);

    /// <summary>The error of the output layer.</summary>
    public OutputError Output { get; init; } = OutputError.Sigmoid;

    /// <summary>How the output error becomes delta.</summary>
    public ErrorRule OutputBinarization { get; init; } = new(ErrorBinarization.Hard, 0.1f);

    /// <summary>How back-propagated errors become delta.</summary>
    public ErrorRule HiddenBinarization { get; init; } = ErrorRule.Sign;

    /// <summary>How the weights move.</summary>
    public UpdateRule Update { get; init; } = new StepUpdate();

    /// <summary>Share of input lines that dropout leaves out, in [0, 1); a control, not part of the paper.</summary>
    public float InputDropout { get; init; }

    /// <summary>Share of hidden neurons that dropout leaves out, in [0, 1).</summary>
    public float HiddenDropout { get; init; }

    /// <summary>Limited precision of the columns of a high-precision memristor array, or null.</summary>
    public ColumnPrecision? Precision { get; init; }

    /// <summary>B0: back-propagation in floats, softmax and cross entropy, grey inputs, momentum.</summary>
    public static LearningRule HighPrecision { get; } = new()
    {
        Inputs = SignalMode.Exact,
        Forward = SignalMode.Exact,
        Derivative = new DerivativeRule(DerivativeEstimator.Exact),
        Output = OutputError.Softmax,
        OutputBinarization = ErrorRule.Linear,
        HiddenBinarization = ErrorRule.Linear,
        Update = new GradientUpdate(),
    };

    /// <summary>B1: as B0, but inputs and hidden signals are single random bits.</summary>
    public static LearningRule BinaryForward { get; } = HighPrecision with { Inputs = SignalMode.Stochastic,
        Forward = SignalMode.Stochastic };

    /// <summary>B2: as B1, and the derivative is a bit of two fresh reads.</summary>
    public static LearningRule BinaryDerivative { get; } =
        BinaryForward with { Derivative = new DerivativeRule(DerivativeEstimator.TwoReads) };

    /// <summary>B3: as B2, and errors are signed bits, drawn at random in the output layer.</summary>
    public static LearningRule SignedError { get; } = BinaryDerivative with
    {
        OutputBinarization = new ErrorRule(ErrorBinarization.Stochastic, 1),
        HiddenBinarization = ErrorRule.Sign,
    };

    /// <summary>B4: all three ideas, with the tuned defaults.</summary>
    public static LearningRule BinaryStochastic { get; } = new();

    /// <summary>B7: B0 with dropout, since noise in the signals acts as a regulariser, too.</summary>
    public static LearningRule Dropout { get; } = HighPrecision with { InputDropout = 0.1f, HiddenDropout = 0.3f };

    /// <summary>Checks that the numbers are in their ranges.</summary>
    /// <exception cref="ArgumentException">One is not; the message says which.</exception>
    internal void Validate()
    {
        foreach (var (share, name) in new[] { (InputDropout, nameof(InputDropout)), (HiddenDropout, nameof(HiddenDropout)) })
        {
            if (!(share >= 0 && share < 1))
            {
                throw new ArgumentException($"{name} is {share}; expected at least 0 and below 1.");
            }
        }

        foreach (var (error, name) in new[] { (OutputBinarization, nameof(OutputBinarization)),
            (HiddenBinarization, nameof(HiddenBinarization)) })
        {
            if (!float.IsFinite(error.Level) || error.Level < 0 || (error.Kind == ErrorBinarization.Stochastic && error.Level == 0))
            {
                throw new ArgumentException(
                    $"The level of {name} is {error.Level}; expected a threshold of at least 0, or a clip above 0.");
            }
        }

        if (!(Derivative.Window > 0))
        {
            throw new ArgumentException($"The window of the derivative is {Derivative.Window}; expected a half-width above 0.");
        }
    }
}
