namespace SnnNotebooks.Energy;

/// <summary>
/// Convolutions on SpikeSim's crossbars that rest where no spike comes in: the <c>activity_mode="event"</c> of SpikingJelly's master
/// (afb13226, <c>op_counter/spikesim</c>), which calls it an experimental extension. Where everything fires, and for a convolution of
/// numbers, it costs what the dense form costs (<see cref="SpikeSimEnergy"/>).
/// </summary>
/// <param name="costs">What a cycle is made of; the published numbers where none are given.</param>
public sealed class SpikeSimEventEnergy(SpikeSimCosts? costs = null) : IEnergyModel
{
    private readonly SpikeSimCosts costs = costs ?? new SpikeSimCosts();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The run was recorded for crossbars of another size.</exception>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var layers = SpikeSimEnergy.Mapped(run).Select(layer => (Layer: layer, Activity: Activity(layer))).ToArray();
        return new EnergyEstimate(
            "SpikeSim, events",
            [
                ("periphery", costs.Periphery * layers.Sum(each => Columns(each.Layer) * each.Activity.Patches) / run.Samples),
                ("crossbar rows", layers.Sum(each => Columns(each.Layer) * Rows(each.Layer, each.Activity)) / run.Samples),
                ("neurons", costs.Neuron
                    * layers.Sum(each => Columns(each.Layer) * each.Activity.Rows.Count * each.Activity.Places) / run.Samples),
            ],
            [
                FormattableString.Invariant($"RRAM crossbars of {costs.Crossbar} x {costs.Crossbar}; one of them and its periphery rest ")
                    + "at a place whose window holds no spike, at no cost; an experimental form in SpikingJelly, not SpikeSim's own",
                "a spike drives one row of each crossbar that it reaches; a convolution of numbers drives everything",
                "only convolutions over two axes without groups are mapped; linear layers cost nothing here",
            ]);
    }

    private CrossbarActivity Activity(LayerRun layer)
    {
        var activity = layer.Activity ?? CrossbarActivity.Everything(layer, costs.Crossbar);
        return activity.Crossbar == costs.Crossbar ? activity : throw new ArgumentException(
            $"{layer.Name} was recorded for crossbars of {activity.Crossbar} channels, the costs are of {costs.Crossbar}. Give "
            + $"EnergyRecorder.Record the argument crossbar: {costs.Crossbar}.");
    }

    /// <summary>Crossbars that share an input: as many as the output channels fill.</summary>
    private double Columns(LayerRun layer) => Math.Ceiling((double)layer.OutputChannels / costs.Crossbar);

    /// <summary>Energy of the driven rows; the rows of a crossbar that is not full cost as much as those of a full one together.</summary>
    private double Rows(LayerRun layer, CrossbarActivity activity) => activity.Rows.Select((driven, place) =>
        driven * costs.Array / 8 * costs.Crossbar / Math.Min(costs.Crossbar, layer.InputChannels - ((long)place * costs.Crossbar))).Sum();
}
