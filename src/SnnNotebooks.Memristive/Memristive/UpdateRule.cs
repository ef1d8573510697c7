namespace SnnNotebooks.Memristive;

/// <summary>
/// How coincidences of signal and error move the weights. Not to be derived from: training carries out the two there are.
/// </summary>
public abstract record UpdateRule
{
    private protected UpdateRule(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        BatchSize = batchSize;
    }

    /// <summary>Samples that share one update, at least 1.</summary>
    public int BatchSize { get; }
}

/// <summary>
/// Steps of one size: with batch size 1 every coincidence u = delta x is one step; else the majority sign(sum u) of the batch
/// where |sum u| exceeds k. The step and the share q of the steps that are carried out come from the <see cref="TrainingPlan"/>.
/// </summary>
public sealed record StepUpdate : UpdateRule
{
    /// <summary>Makes the rule.</summary>
    /// <param name="batchSize">1 for an update after every sample, as hardware would do it.</param>
    /// <param name="majority">k, at least 0 and below the batch size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StepUpdate(int batchSize = 1, int majority = 0)
        : base(batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(majority);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(majority, batchSize);
        Majority = majority;
    }

    /// <summary>The threshold k.</summary>
    public int Majority { get; }
}

/// <summary>
/// Steps in proportion to the mean of the coincidences over a batch, with momentum: stochastic gradient descent where signals and errors
/// are exact.
/// </summary>
public sealed record GradientUpdate : UpdateRule
{
    /// <summary>Makes the rule.</summary>
    /// <param name="batchSize">At least 1.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public GradientUpdate(int batchSize = 64, float momentum = 0.9f)
        : base(batchSize)
    {
        if (!(momentum >= 0 && momentum < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "Momentum must be at least 0 and below 1.");
        }

        Momentum = momentum;
    }

    /// <summary>The share of the last change that goes on.</summary>
    public float Momentum { get; }
}
