namespace SnnNotebooks.Energy;

/// <summary>One call of a convolution, a linear layer, a normalisation or an average pooling.</summary>
/// <param name="Name">Its path in the network.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsSpiking">Whether its input held nothing but 0 and 1.</param>
/// <param name="Inputs">Values it was given.</param>
/// <param name="NonzeroInputs">Those that were not 0.</param>
/// <param name="Outputs">Values it gave.</param>
/// <param name="NonzeroOutputs">Those that were not 0.</param>
/// <param name="OutputIsSpiking">Whether its output held nothing but 0 and 1.</param>
/// <param name="Weights">Its weights; of a normalisation the values that are scaled, 0 without scale.</param>
/// <param name="Biases">Its additive terms; 0 for none.</param>
/// <param name="InputChannels">Channels that one output sees: those of a group.</param>
/// <param name="OutputChannels">Channels it gives.</param>
/// <param name="Groups">In how many parts the channels are divided.</param>
/// <param name="Kernel">Lengths of the kernel; none for a linear layer.</param>
/// <param name="Products">Products of an input that is not 0 with a weight, border cut off.</param>
public sealed record LayerRun(
    string Name, LayerKind Kind, bool IsSpiking, long Inputs, long NonzeroInputs, long Outputs, long NonzeroOutputs, bool OutputIsSpiking,
    long Weights, long Biases, long InputChannels, long OutputChannels, long Groups, IReadOnlyList<long> Kernel, double Products)
{
    /// <summary>Of a normalisation the time steps that lie in its input's first axis beside the samples; 1 elsewhere.</summary>
    public double Steps { get; init; } = 1;

    /// <summary>What its spikes drive on crossbars; null where its input was numbers, or it cannot be mapped to them.</summary>
    public CrossbarActivity? Activity { get; init; }

    /// <summary>Whether a training run needs the gradient of its input: something before it learns.</summary>
    public bool NeedsInputGradient { get; init; }

    /// <summary>Whether its weights learn.</summary>
    public bool NeedsWeightGradient { get; init; }

    /// <summary>Places of a kernel.</summary>
    public long KernelVolume => Kernel.Aggregate(1L, (all, length) => all * length);
}

/// <summary>What a call was of.</summary>
public enum LayerKind
{
    /// <summary>A linear layer, or the same map at every token.</summary>
    Linear,

    /// <summary>A convolution that is not transposed.</summary>
    Convolution,

    /// <summary>Batch normalisation in evaluation mode.</summary>
    Normalisation,

    /// <summary>Average pooling over two axes.</summary>
    AveragePooling,
}

/// <summary>What the neurons of one layer did in a run, over all time steps; values are numbers, not bytes.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="Neurons">Neurons of a time step, all samples together.</param>
/// <param name="Additions">Additions and subtractions.</param>
/// <param name="Multiplications">Multiplications and divisions.</param>
/// <param name="Comparisons">Comparisons.</param>
/// <param name="Reads">Values of the state that were read.</param>
/// <param name="Writes">Values of the state that were written.</param>
public sealed record NeuronRun(
    string Name, long Neurons, double Additions, double Multiplications, double Comparisons, double Reads, double Writes)
{
    /// <summary>Whether a training run needs a gradient through it.</summary>
    public bool NeedsGradient { get; init; }
}

/// <summary>The numbers that an optimiser changes.</summary>
/// <param name="Vectors">Those of parameters with one axis at most: additive terms, scales.</param>
/// <param name="Others">Those of all other parameters.</param>
public sealed record TrainedParameters(long Vectors, long Others);

/// <summary>What happened while a network ran: what models of energy are computed from.</summary>
/// <param name="Layers">Calls, in order.</param>
/// <param name="Neurons">Layers of neurons.</param>
/// <param name="Samples">Inputs that were run.</param>
/// <param name="Uncounted">Modules whose work is in neither list.</param>
public sealed record EnergyRun(
    IReadOnlyList<LayerRun> Layers, IReadOnlyList<NeuronRun> Neurons, long Samples, IReadOnlyList<string> Uncounted)
{
    /// <summary>What an optimiser changes; null where the run was recorded without gradients.</summary>
    public TrainedParameters? Trained { get; init; }
}
