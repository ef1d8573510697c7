using System.Text.Json.Serialization;

namespace SnnNotebooks.NeuroBench;

/// <summary>The zeros among the outputs of one activation layer.</summary>
/// <param name="Name">Its path in the network.</param>
/// <param name="Sparsity">Zeros over all outputs, 0 to 1, of all inputs and time steps.</param>
public sealed record LayerSparsity(string Name, double Sparsity);

/// <summary>
/// The complexity metrics of NeuroBench (J. Yik et al., Nature Communications 16, 1545, 2025; version 2.3.0, commit e521c28) of one
/// network.
/// </summary>
/// <param name="Footprint">Bytes of parameters and buffers.</param>
/// <param name="Parameters">Numbers that are trained.</param>
/// <param name="ConnectionSparsity">
/// Zeros over all weights, 0 to 1; of recurrent layers the additive terms count, too. (NeuroBench rounds to four digits.)
/// </param>
/// <param name="ActivationSparsity">
/// Zeros over all outputs of neurons and activation functions, 0 to 1: mean of the batches, weighted by their inputs.
/// </param>
/// <param name="Layers">The same layer by layer, in the network's order.</param>
/// <param name="EffectiveMacs">
/// Multiplications of an input by a weight, both other than 0, in calls whose inputs are not all -1, 0 or 1; for one input.
/// </param>
/// <param name="EffectiveAcs">The same in calls whose inputs are all -1, 0 or 1: additions.</param>
/// <param name="DenseOperations">The same if no input and no weight were 0; places that a border's padding takes are not counted.</param>
/// <param name="MembraneUpdates">
/// Membrane potentials that a time step changed, for one input; at a batch's first step all of them count.
/// </param>
/// <param name="EffectiveNeuronOperations">Membrane updates times the arithmetic operations of the neuron's equation.</param>
/// <param name="DenseNeuronOperations">The same if every step changed every potential.</param>
/// <param name="Uncounted">Modules with work that the metrics do not know, each with what is missing.</param>
public sealed record NeuroBenchReport(
    long Footprint,
    long Parameters,
    double ConnectionSparsity,
    double ActivationSparsity,
    IReadOnlyList<LayerSparsity> Layers,
    double EffectiveMacs,
    double EffectiveAcs,
    double DenseOperations,
    double MembraneUpdates,
    double EffectiveNeuronOperations,
    double DenseNeuronOperations,
    IReadOnlyList<string> Uncounted)
{
    /// <summary>The metrics in words, without the layers.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Metric, double Value)> Rows =>
    [
        ("footprint in bytes", Footprint),
        ("parameters", Parameters),
        ("connection sparsity", ConnectionSparsity),
        ("activation sparsity", ActivationSparsity),
        ("dense synaptic operations", DenseOperations),
        ("effective MACs", EffectiveMacs),
        ("effective ACs", EffectiveAcs),
        ("membrane updates", MembraneUpdates),
        ("effective neuron operations", EffectiveNeuronOperations),
        ("dense neuron operations", DenseNeuronOperations),
    ];
}
