namespace SnnNotebooks.Energy;

/// <summary>
/// What NeuroMC's chip costs, in picojoule: the 32 nm numbers of SpikingJelly's master (afb13226, <c>op_counter/neuromc/config.py</c>).
/// </summary>
/// <param name="Add">An addition of 16 bits.</param>
/// <param name="Multiply">A multiplication.</param>
/// <param name="Multiplex">A choice by a spike.</param>
/// <param name="Compare">A comparison.</param>
/// <param name="SquareRoot">A square root.</param>
/// <param name="SpikeRegister">A spike to or from a register.</param>
/// <param name="Register">A number of 16 bits to or from a register.</param>
/// <param name="SpikeMemory">A spike from the memory of a layer's input.</param>
/// <param name="WeightMemory">A number of 16 bits from the memory of weights and inputs.</param>
/// <param name="CurrentMemory">A number of 16 bits to or from the memory of a layer's output.</param>
/// <param name="PotentialMemory">256 bits to or from the memory of potentials.</param>
/// <param name="EventMemory">16 spikes to or from the memory of spikes.</param>
/// <param name="NormalisationRead">256 bits from the memory of normalisation.</param>
/// <param name="NormalisationWrite">256 bits to it.</param>
/// <param name="ParameterRead">256 bits from the memory of parameters in training.</param>
/// <param name="ParameterWrite">256 bits to it.</param>
public sealed record NeuroMcCosts(
    double Add = 0.548,
    double Multiply = 0.812,
    double Multiplex = 0.548 / 16,
    double Compare = 0.056,
    double SquareRoot = 0.514,
    double SpikeRegister = 0.00901 / 7.1 * 2,
    double Register = 0.14416 / 7.1 * 2,
    double SpikeMemory = 0.44854798,
    double WeightMemory = 5.302477904,
    double CurrentMemory = 5.792676768,
    double PotentialMemory = 92.68282828,
    double EventMemory = 7.176767677,
    double NormalisationRead = 46.976,
    double NormalisationWrite = 45.96,
    double ParameterRead = 458.1830181,
    double ParameterWrite = 375.0422185)
{
    /// <summary>An update of a neuron: choice, addition, multiplication, three comparisons.</summary>
    public double Update => Multiplex + Add + Multiply + (3 * Compare);

    /// <summary>Its traffic: current, potential, spike and mask are read and written.</summary>
    public double UpdateTraffic => 2 * (CurrentMemory + (PotentialMemory / 16) + (2 * EventMemory / 16));
}

/// <summary>
/// Operations and memory of a digital chip whose memories hold a network's weights, currents, potentials and spikes apart: NeuroMC, as
/// SpikingJelly's master estimates a forward pass with it (afb13226, <c>op_counter/neuromc</c>), its conventions included: a convolution
/// with groups is charged as one without. <see cref="NeuroMcTrainingEnergy"/> adds the backward pass and the optimiser.
/// (It refuses networks with pooling and convolutions over three axes; here the first costs nothing, the third axis counts as the others.)
/// </summary>
/// <param name="costs">What things cost; the published numbers where none are given.</param>
public sealed class NeuroMcEnergy(NeuroMcCosts? costs = null) : IEnergyModel
{
    private readonly NeuroMcCosts costs = costs ?? new NeuroMcCosts();

    /// <inheritdoc/>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var neurons = run.Neurons.Sum(neuron => (double)neuron.Neurons);
        var normalised = run.Layers.Where(layer => layer.Kind == LayerKind.Normalisation).ToArray();
        return new EnergyEstimate(
            "NeuroMC, forward",
            [
                ("layers", SynapticWork.Maps(run).Sum(Products) / run.Samples),
                ("memory of layers", SynapticWork.Maps(run).Sum(Traffic) / run.Samples),
                ("neurons and normalisation", ((neurons * costs.Update) + normalised.Sum(Normalisation)) / run.Samples),
                ("memory of neurons and normalisation",
                    ((neurons * costs.UpdateTraffic) + normalised.Sum(NormalisationTraffic)) / run.Samples),
            ],
            [
                FormattableString.Invariant($"32 nm, 16 bits: an addition costs {costs.Add} pJ, a multiplication {costs.Multiply}, an ")
                    + FormattableString.Invariant($"addition where a spike came in {costs.Add + costs.Multiplex}"),
                "every connection is charged in every step, whether anything fires or not, spikes only make it cheaper; a convolution with "
                    + "groups is charged as one without",
                "inputs, outputs and weights pass the memories on the chip once for each call of a layer, whatever their size; memory off "
                    + "the chip costs nothing",
                "a neuron's current, potential, spike and mask are read and written in every step; of neurons only IF and LIF are charged",
                "normalisation computes mean and variance anew; pooling costs nothing",
            ]);
    }

    /// <summary>Connections that a call charges, those between groups included.</summary>
    internal static double Connections(LayerRun layer) =>
        (double)layer.Outputs * layer.InputChannels * layer.Groups * layer.KernelVolume;

    /// <summary>Means that a normalisation takes: of each channel in each step, over all samples.</summary>
    internal static double Statistics(LayerRun layer) => layer.OutputChannels * layer.Steps;

    private double Products(LayerRun layer) =>
        Connections(layer) * (costs.Add + (layer.IsSpiking ? costs.Multiplex : costs.Multiply));

    private double Traffic(LayerRun layer) =>
        (layer.Inputs * (layer.IsSpiking ? costs.SpikeRegister + costs.SpikeMemory : costs.Register + costs.WeightMemory))
        + (layer.Weights * (costs.Register + costs.WeightMemory))
        + (layer.Outputs * (costs.Register + costs.CurrentMemory));

    private double Normalisation(LayerRun layer) =>
        (((3.0 * layer.Inputs) + (2 * Statistics(layer))) * costs.Add) + (((3.0 * layer.Inputs) + (4 * Statistics(layer))) * costs.Multiply)
        + (Statistics(layer) * costs.SquareRoot);

    private double NormalisationTraffic(LayerRun layer) =>
        ((2.0 * layer.Inputs) + (5 * Statistics(layer))) * (costs.NormalisationRead + costs.NormalisationWrite) / 16;
}
