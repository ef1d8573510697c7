using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>
/// A network of integrate-and-fire neurons made from a ReLU network. Its output is read as the mean over time. Its layers are copies,
/// called by their place (0, 1, ...) in the state dictionary.
/// </summary>
public sealed class ConvertedNetwork : nn.Module<Tensor, Tensor>, IStateValue
{
    private readonly List<AnnConverter.Stage> stages;
    private readonly int prefix;

    internal ConvertedNetwork(List<AnnConverter.Stage> stages)
        : base(nameof(ConvertedNetwork))
    {
        this.stages = stages;
        prefix = stages.FindIndex(stage => stage.Module is SpikingActivation);
        for (var i = 0; i < stages.Count; i++)
        {
            if (stages[i].IsOwned)
            {
                register_module(i.ToString(System.Globalization.CultureInfo.InvariantCulture), stages[i].Module);
            }
        }

        Activations = [.. stages.Where(stage => stage.Module is SpikingActivation)
            .Select(stage => (stage.Name, (SpikingActivation)stage.Module))];
    }

    /// <summary>The spiking layers in order, named as the ReLU each took the place of.</summary>
    public IReadOnlyList<(string Name, SpikingActivation Activation)> Activations { get; }

    /// <summary>Shows a static input at every step, on from the present state.</summary>
    /// <param name="input">[B, ...].</param>
    /// <param name="steps">T, at least 1.</param>
    /// <returns>The output of every step [T, B, classes].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public Tensor Run(Tensor input, int steps)
    {
        FloatingPoint.Require(input, GetName());
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = NewDisposeScope();
        using var off = no_grad();

        LayerInput.Require(input, stages[0].Module);

        // what stands before the first neuron is the same at every step
        var constant = stages.Take(prefix).Aggregate(input, (value, stage) => stage.Module.call(value));
        return Rest(TimeRepeat.Repeat(constant, steps), prefix, null).MoveToOuterDisposeScope();
    }

    /// <summary>Runs a sequence on from the present state.</summary>
    /// <param name="input">[T, B, ...].</param>
    /// <returns>The output of every step [T, B, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        using var scope = NewDisposeScope();
        return Rest(input, 0, null).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Run"/>, and what every spiking layer gave, [T, B, ...], of the current dispose scope.</summary>
    internal List<Tensor> RunLayers(Tensor input, int steps)
    {
        var seen = new List<Tensor>();
        var constant = stages.Take(prefix).Aggregate(input, (value, stage) => stage.Module.call(value));
        Rest(TimeRepeat.Repeat(constant, steps), prefix, seen);
        return seen;
    }

    /// <summary>What the ReLUs of the original network give, in order, of the current dispose scope.</summary>
    internal List<Tensor> RunOriginal(Tensor input)
    {
        var seen = new List<Tensor>();
        var value = input;
        foreach (var stage in stages)
        {
            if (stage.Module is SpikingActivation)
            {
                value = value.relu();
                seen.Add(value);
            }
            else
            {
                value = stage.Module.call(value);
            }
        }

        return seen;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: its neurons remember, each for itself.</remarks>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() => [];

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var (_, activation) in Activations)
        {
            activation.Reset();
        }
    }

    /// <inheritdoc/>
    public void Detach()
    {
        foreach (var (_, activation) in Activations)
        {
            activation.Detach();
        }
    }

    private Tensor Rest(Tensor sequence, int from, List<Tensor>? seen)
    {
        foreach (var stage in stages.Skip(from))
        {
            if (stage.Module is SpikingActivation)
            {
                sequence = stage.Module.call(sequence);
                seen?.Add(sequence);
            }
            else
            {
                LayerInput.Require(sequence, stage.Module, before: 1);
                sequence = OverTime.Apply(stage.Module.call, sequence);
            }
        }

        return sequence;
    }
}
