namespace SnnNotebooks.Memristive;

/// <summary>
/// What a random number is for. Each role has a stream of its own, so that switching one idea off leaves the others' noise as it was.
/// </summary>
public enum SamplingRole
{
    /// <summary>First values of the weights.</summary>
    Initial,

    /// <summary>Which input lines are 1.</summary>
    Input,

    /// <summary>Which hidden neurons fire.</summary>
    Forward,

    /// <summary>The first read of a derivative.</summary>
    Derivative,

    /// <summary>The second read of a derivative.</summary>
    SecondDerivative,

    /// <summary>Stochastic signs of errors.</summary>
    Error,

    /// <summary>Which coincidences pulse, where updates are sparse.</summary>
    Update,

    /// <summary>Which neurons dropout leaves out.</summary>
    Dropout,

    /// <summary>Differences between devices.</summary>
    Device,

    /// <summary>Cycle-to-cycle and write noise of pulses.</summary>
    Pulse,

    /// <summary>Read noise.</summary>
    Read,
}
