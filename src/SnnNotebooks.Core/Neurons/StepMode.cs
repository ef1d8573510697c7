namespace SnnNotebooks.Neurons;

/// <summary>What one call of a neuron takes.</summary>
public enum StepMode
{
    /// <summary>A whole sequence [T, N, ...].</summary>
    Multi,

    /// <summary>One time step [N, ...].</summary>
    Single,
}

/// <summary>A module that takes either a whole sequence or one step.</summary>
public interface IStepMode
{
    /// <summary>What one call takes.</summary>
    StepMode StepMode { get; set; }
}

/// <summary>
/// How a neuron is computed. Spikes are the same bit for bit; where an equation uses exp, log, sin or cos, to the last digit of those.
/// </summary>
public enum NeuronBackend
{
    /// <summary>Fused where that is possible, else the reference.</summary>
    Auto,

    /// <summary>A loop of TorchSharp operations; any device, any floating type.</summary>
    Reference,

    /// <summary>One pass over memory, float32 and float64: SIMD on the CPU, a kernel compiled at run time on CUDA devices.</summary>
    Fused,
}
