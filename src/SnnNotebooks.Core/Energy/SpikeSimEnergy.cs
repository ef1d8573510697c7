namespace SnnNotebooks.Energy;

/// <summary>
/// What SpikeSim's crossbars cost, in picojoule: the numbers of SpikingJelly's master (afb13226, <c>op_counter/spikesim</c>).
/// </summary>
/// <param name="Crossbar">Rows and columns of a crossbar.</param>
/// <param name="Array">A read of the memristive array.</param>
/// <param name="TileBuffer">An access to the tile's buffer.</param>
/// <param name="TemporaryBuffer">An access to the temporary buffer.</param>
/// <param name="Subtraction">A subtraction of two columns.</param>
/// <param name="Converter">A conversion from current to number.</param>
/// <param name="Wiring">The tree of wires.</param>
/// <param name="Multiplexer">A multiplexer.</param>
/// <param name="Fetch">A fetch from memory.</param>
/// <param name="Neuron">A neuron's update.</param>
public sealed record SpikeSimCosts(
    int Crossbar = 64, double Array = 1.76423, double TileBuffer = 397.0, double TemporaryBuffer = 0.2, double Subtraction = 1.15e-6,
    double Converter = 2.03084, double Wiring = 19.64 * 8, double Multiplexer = 0.094245, double Fetch = 4.64, double Neuron = 1.274 * 4)
{
    /// <summary>A cycle's share outside the array and the neurons: buffers, wires, conversions.</summary>
    public double Periphery => Wiring + Fetch + TileBuffer + (Crossbar / 8.0 * ((16 * Subtraction) + TemporaryBuffer))
        + (Crossbar / 8.0 * (Crossbar / 8.0) * (Converter + Multiplexer));

    /// <summary>One cycle of a processing element for a kernel.</summary>
    /// <param name="kernelVolume">Places of the kernel.</param>
    /// <returns>Picojoule.</returns>
    public double Cycle(long kernelVolume) => Periphery + Neuron + (Crossbar / 8.0 * kernelVolume * Array);
}

/// <summary>
/// Convolutions on memristive crossbars (A. Moitra et al., SpikeSim, IEEE TCAD 2023), the dense form: a convolution takes a cycle for each
/// place of its output and each pair of crossbars that its input and output channels fill, whatever fires.
/// </summary>
/// <param name="costs">What a cycle is made of; the published numbers where none are given.</param>
public sealed class SpikeSimEnergy(SpikeSimCosts? costs = null) : IEnergyModel
{
    private readonly SpikeSimCosts costs = costs ?? new SpikeSimCosts();

    /// <inheritdoc/>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new EnergyEstimate(
            "SpikeSim, dense",
            [
                ("crossbar cycles", Mapped(run).Sum(layer => Cycles(layer) * costs.Cycle(layer.KernelVolume)) / run.Samples),
            ],
            [
                FormattableString.Invariant($"RRAM crossbars of {costs.Crossbar} x {costs.Crossbar}, and their periphery; a time step ")
                    + "costs the same whether anything fires or not",
                "only convolutions over two axes without groups are mapped; linear layers cost nothing here",
            ]);
    }

    /// <summary>Cycles of all inputs together.</summary>
    internal double Cycles(EnergyRun run) => Mapped(run).Sum(Cycles);

    /// <summary>Layers that crossbars can hold: convolutions over two axes without groups.</summary>
    internal static IEnumerable<LayerRun> Mapped(EnergyRun run) =>
        run.Layers.Where(layer => layer is { Kind: LayerKind.Convolution, Kernel.Count: 2, Groups: 1 });

    private double Cycles(LayerRun layer) => Math.Ceiling((double)layer.InputChannels / costs.Crossbar)
        * Math.Ceiling((double)layer.OutputChannels / costs.Crossbar) * (layer.Outputs / layer.OutputChannels);
}
