namespace SnnNotebooks.Energy;

/// <summary>The optimisers that NeuroMC's chip can be charged for.</summary>
public enum NeuroMcOptimizer
{
    /// <summary>Stochastic gradient descent.</summary>
    Sgd,

    /// <summary>The same with momentum, after its first step.</summary>
    SgdMomentum,

    /// <summary>The same with momentum and weight decay, after its first step.</summary>
    SgdMomentumDecay,

    /// <summary>Adam, and AdamW.</summary>
    Adam,
}

/// <summary>
/// A step of training on NeuroMC's chip (<see cref="NeuroMcEnergy"/>), as SpikingJelly's master estimates one (afb13226,
/// <c>op_counter/neuromc</c>): the forward pass, the gradients of inputs and of weights, the neurons' surrogate gradient, normalisation's
/// backward pass, and the optimiser. The numbers are those of its layers and its optimiser; the operations of autograd that it charges
/// once more where it does not recognise a layer's own are left out. (It refuses the backward pass of a convolution and has the formula.)
/// </summary>
/// <param name="optimizer">What changes the parameters.</param>
/// <param name="costs">What things cost; the published numbers where none are given.</param>
public sealed class NeuroMcTrainingEnergy(NeuroMcOptimizer optimizer = NeuroMcOptimizer.Sgd, NeuroMcCosts? costs = null) : IEnergyModel
{
    private readonly NeuroMcCosts costs = costs ?? new NeuroMcCosts();
    private readonly NeuroMcOptimizer optimizer = Enum.IsDefined(optimizer)
        ? optimizer
        : throw new ArgumentOutOfRangeException(nameof(optimizer), optimizer, "Expected one of the optimisers.");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The run was recorded without gradients.</exception>
    public EnergyEstimate Estimate(EnergyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var trained = run.Trained ?? throw new ArgumentException(
            "The run was recorded without gradients: record it with gradients: true.", nameof(run));
        var maps = SynapticWork.Maps(run).ToArray();
        var normalised = run.Layers.Where(layer =>
            layer.Kind == LayerKind.Normalisation && (layer.NeedsInputGradient || layer.NeedsWeightGradient));
        var neurons = run.Neurons.Where(neuron => neuron.NeedsGradient).Sum(neuron => (double)neuron.Neurons);
        return new EnergyEstimate(
            $"NeuroMC, training ({optimizer})",
            [
                ("forward", new NeuroMcEnergy(costs).Estimate(run).Picojoule),
                ("gradients of inputs", maps.Where(layer => layer.NeedsInputGradient).Sum(InputGradient) / run.Samples),
                ("gradients of weights", maps.Where(layer => layer.NeedsWeightGradient).Sum(WeightGradient) / run.Samples),
                ("neurons and normalisation, backward", ((neurons * Surrogate) + normalised.Sum(Normalisation)) / run.Samples),
                ("optimiser", Update(trained) / run.Samples),
            ],
            [
                $"one step of training with the {run.Samples} inputs of the run as its batch, {trained.Vectors + trained.Others} numbers "
                    + "are learned; energies are divided by the batch",
                "the forward pass is that of NeuroMC, forward, with its assumptions",
                "a layer's backward pass makes as many products as its forward one for the gradient of its input, and as many again for "
                    + "that of its weights, where the spikes choose and nothing is multiplied; the first layer needs no gradient of its "
                    + "input",
                "every gradient passes the memories on the chip once for each call of a layer; what the backward pass needs of the "
                    + "forward one is there already, and costs nothing to keep",
                "a neuron's gradient takes a choice, two additions and four multiplications in every step, whatever the surrogate; its "
                    + "potential, spike, mask and two gradients are read and written; of neurons only IF and LIF are charged",
                "the optimiser reads and writes 32 bits of a memory of 6 MB for every number that it needs; Adam charges additive terms "
                    + "and scales twice, as one of each",
                "gradients between layers that share an input are added for nothing; the loss costs nothing",
            ]);
    }

    /// <summary>A choice, two additions, four multiplications; five numbers read and written.</summary>
    private double Surrogate => costs.Multiplex + (2 * costs.Add) + (4 * costs.Multiply)
        + (2 * (costs.CurrentMemory + (2 * costs.PotentialMemory / 16) + (2 * costs.EventMemory / 16)));

    /// <summary>The gradient of the output, the weights, the gradient of the input.</summary>
    private double InputGradient(LayerRun layer) => (NeuroMcEnergy.Connections(layer) * (costs.Add + costs.Multiply))
        + (layer.Outputs * (costs.Register + costs.CurrentMemory)) + (layer.Weights * (costs.Register + costs.WeightMemory))
        + (layer.Inputs * (costs.Register + costs.CurrentMemory));

    /// <summary>The input, the gradient of the output, the gradient of the weights.</summary>
    private double WeightGradient(LayerRun layer) =>
        (NeuroMcEnergy.Connections(layer) * (costs.Add + (layer.IsSpiking ? costs.Multiplex : costs.Multiply)))
        + (layer.Inputs * (layer.IsSpiking ? costs.SpikeRegister + costs.SpikeMemory : costs.Register + costs.CurrentMemory))
        + (layer.Outputs * (costs.Register + costs.CurrentMemory)) + (layer.Weights * (costs.Register + costs.WeightMemory));

    private double Normalisation(LayerRun layer)
    {
        var (values, means) = ((double)layer.Inputs, NeuroMcEnergy.Statistics(layer));
        return (7 * values * costs.Add) + (((3 * values) + (22 * means)) * costs.Multiply)
            + (((4 * values) + (7 * means)) * (costs.NormalisationRead + costs.NormalisationWrite) / 16);
    }

    private double Update(TrainedParameters trained)
    {
        var (read, write) = (costs.ParameterRead / 8, costs.ParameterWrite / 8); // 32 of 256 bits
        double all = trained.Vectors + trained.Others;
        if (optimizer == NeuroMcOptimizer.Adam)
        {
            var both = (2.0 * trained.Vectors) + trained.Others;
            return both * ((4 * costs.Add) + (11 * costs.Multiply) + costs.SquareRoot + (7 * (read + write)));
        }

        // weight, gradient and weight; the momentum is read and written, too
        var passes = optimizer switch { NeuroMcOptimizer.Sgd => 1, NeuroMcOptimizer.SgdMomentum => 2, _ => 3 };
        var moved = (2 * read) + write + (optimizer == NeuroMcOptimizer.Sgd ? 0 : read + write);
        return all * ((passes * (costs.Add + costs.Multiply)) + moved);
    }
}
