namespace SnnNotebooks.Energy;

/// <summary>What E. Lemaire et al. take operations and memory to cost: 45 nm, 32-bit integers.</summary>
/// <param name="AddPicojoule">An addition.</param>
/// <param name="MultiplyPicojoule">A multiplication.</param>
/// <param name="Memory">Bytes of a memory and the energy of an access of 4 bytes; linear between, from 0 on.</param>
/// <param name="SparseShare">Share of zeros from which a tensor that is no spikes is stored as addresses.</param>
public sealed record LemaireCosts(
    double AddPicojoule = 0.1,
    double MultiplyPicojoule = 3.1,
    IReadOnlyList<(double Bytes, double Picojoule)>? Memory = null,
    double SparseShare = 0.5)
{
    private static readonly (double Bytes, double Picojoule)[] Published = [(8192, 10), (32768, 20), (1048576, 100)];

    /// <summary>The energy of a byte read from or written to a memory of some size, in picojoule.</summary>
    /// <param name="bytes">The memory's size; the largest step of the table at most.</param>
    /// <returns>Picojoule, above 0.</returns>
    public double PerByte(double bytes)
    {
        var (left, right) = ((Bytes: 0.0, Picojoule: 0.0), (Bytes: 0.0, Picojoule: 0.0));
        foreach (var point in Memory ?? Published)
        {
            (left, right) = (right, point);
            if (bytes <= right.Bytes)
            {
                break;
            }
        }

        var share = (Math.Clamp(bytes, 0, right.Bytes) - left.Bytes) / (right.Bytes - left.Bytes);
        return (left.Picojoule + (share * (right.Picojoule - left.Picojoule))) / 4;
    }
}

/// <summary>
/// Operations, addressing and memory accesses (E. Lemaire et al., An Analytical Estimation of Spiking Neural Networks Energy Efficiency,
/// ICONIP 2022), as SpikingJelly's master counts them (afb13226, <c>op_counter/analytical_energy</c>), its conventions included: additions
/// caused by spikes count twice, as synaptic operations and as additions; memories are as large as the largest single call.
/// (It counts the state of the first layer of neurons only, where a network was just reset; here all layers count.)
/// </summary>
/// <param name="costs">What things cost; the published numbers where none are given.</param>
public sealed class LemaireEnergy(LemaireCosts? costs = null) : IEnergyModel
{
    private const int Bytes = 4;
    private readonly LemaireCosts costs = costs ?? new LemaireCosts();

    /// <inheritdoc/>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var counts = Count(run);
        var (add, multiply) = (costs.AddPicojoule, costs.AddPicojoule + costs.MultiplyPicojoule);
        var potentials = costs.PerByte(counts.PotentialMemory) * (counts.PotentialReads + counts.PotentialWrites);
        return new EnergyEstimate(
            "Lemaire et al.",
            [
                ("operations", ((counts.Additions * add) + (counts.Multiplications * multiply)) / run.Samples),
                ("addressing", ((counts.AddressAdditions * add) + (counts.AddressMultiplications * multiply)) / run.Samples),
                ("inputs and outputs", ((costs.PerByte(counts.InputMemory) * counts.InputReads)
                    + (costs.PerByte(counts.OutputMemory) * counts.OutputWrites)) / run.Samples),
                ("parameters", costs.PerByte(counts.ParameterMemory) * counts.ParameterReads / run.Samples),
                ("potentials", potentials / run.Samples),
            ],
            [
                FormattableString.Invariant($"an addition costs {costs.AddPicojoule} pJ, a multiplication {costs.MultiplyPicojoule} ")
                    + "(45 nm, 32-bit integers)",
                "an access of 4 bytes costs 10, 20, 100 pJ in a memory of 8 KiB, 32 KiB, 1 MiB, linear between; larger ones cost no more",
                "each memory is as large as the largest call: run one input at a time",
                "a spike reads the weights of all its outputs; spikes and half-empty tensors move without their zeros",
                "only IF and LIF neurons are charged; additions caused by spikes count twice, as in SpikingJelly",
            ]);
    }

    /// <summary>The counts behind the estimate, of all inputs together; memory in bytes.</summary>
    internal LemaireCounts Count(EnergyRun run)
    {
        var layers = SynapticWork.Maps(run).Select(layer => (Layer: layer, Traffic: Traffic(layer))).ToArray();
        var synaptic = SynapticWork.Additions(run);
        return new LemaireCounts(
            synaptic + synaptic + run.Layers.Sum(Additions)
                + run.Neurons.Sum(neuron => neuron.Additions + neuron.Comparisons),
            SynapticWork.Multiplications(run) + run.Layers.Where(layer => layer.Kind == LayerKind.Normalisation).Sum(layer => layer.Weights)
                + run.Neurons.Sum(neuron => neuron.Multiplications),
            layers.Sum(each => Addressing(each.Layer).Additions),
            layers.Sum(each => Addressing(each.Layer).Multiplications),
            layers.Sum(each => each.Traffic.In),
            layers.Sum(each => each.Traffic.Out),
            layers.Sum(each => each.Traffic.Parameters),
            Bytes * run.Neurons.Sum(neuron => neuron.Reads),
            Bytes * run.Neurons.Sum(neuron => neuron.Writes),
            layers.Select(each => each.Traffic.In).DefaultIfEmpty().Max(),
            layers.Select(each => each.Traffic.Out).DefaultIfEmpty().Max(),
            layers.Select(each => each.Traffic.Parameters).DefaultIfEmpty().Max(),
            Bytes * run.Neurons.Select(neuron => (double)neuron.Neurons).DefaultIfEmpty().Max());
    }

    private static double Additions(LayerRun layer) => layer.Kind switch
    {
        LayerKind.Normalisation => layer.OutputChannels + layer.Inputs,
        LayerKind.AveragePooling => (double)layer.Outputs * (layer.KernelVolume - 1),
        _ => 0,
    };

    private static (double Additions, double Multiplications) Addressing(LayerRun layer) => (layer.Kind, layer.IsSpiking) switch
    {
        (LayerKind.Linear, true) => ((double)layer.NonzeroInputs * layer.OutputChannels, 0),
        (LayerKind.Linear, false) => (layer.Inputs + layer.Outputs, 0),
        (_, true) => ((double)layer.NonzeroInputs * (layer.OutputChannels / layer.Groups) * layer.KernelVolume, 2.0 * layer.NonzeroInputs),
        _ => (layer.Inputs + layer.Outputs + (layer.OutputChannels * layer.KernelVolume), 0),
    };

    private (double In, double Out, double Parameters) Traffic(LayerRun layer)
    {
        if (!IsSparse(layer.IsSpiking, layer.Inputs, layer.NonzeroInputs))
        {
            return (Bytes * layer.Inputs, Bytes * layer.Outputs, Bytes * (layer.Weights + layer.Biases));
        }

        var outputs = IsSparse(layer.OutputIsSpiking, layer.Outputs, layer.NonzeroOutputs) ? layer.NonzeroOutputs : layer.Outputs;
        var reached = layer.OutputChannels / layer.Groups * layer.KernelVolume;
        return (Bytes * layer.NonzeroInputs, Bytes * outputs,
            Bytes * (((double)layer.NonzeroInputs * reached) + (layer.Biases > 0 ? outputs : 0)));
    }

    private bool IsSparse(bool isSpiking, long all, long nonzero) =>
        all > 0 && (isSpiking || 1 - ((double)nonzero / all) >= costs.SparseShare);
}

/// <summary>Counts of Lemaire's model, of a whole run; memory in bytes.</summary>
internal sealed record LemaireCounts(
    double Additions, double Multiplications, double AddressAdditions, double AddressMultiplications, double InputReads,
    double OutputWrites, double ParameterReads, double PotentialReads, double PotentialWrites, double InputMemory, double OutputMemory,
    double ParameterMemory, double PotentialMemory);
