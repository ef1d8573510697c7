using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// Neurons, stateful layers and networks of them as pure functions, one time step at a time, with the state as a value beside them:
/// <code>
/// ModuleState? state = null; // at rest
/// foreach (var x in currents.unbind(0))
/// {
///     (var spikes, state) = neuron.Step(x, state);
/// }
/// </code>
/// The module's own state is neither read nor changed. Gradients flow through states as through any tensor.
/// </summary>
public static class Stepwise
{
    /// <summary>One time step.</summary>
    /// <param name="module">
    /// A neuron, layer or network that maps sequences [T, N, ...] to sequences. Those made for one T (<see cref="PSN"/>,
    /// <see cref="GatedLIFNode"/>) are not.
    /// </param>
    /// <param name="input">X[t], [N, ...].</param>
    /// <param name="state">What an earlier step gave; null to start at rest.</param>
    /// <returns>The output [N, ...'] and the state after the step, both of the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The state is of another module, or a module within keeps a state that cannot be taken
    /// out.</exception>
    /// <exception cref="InvalidOperationException">The state is of another shape.</exception>
    public static (Tensor Output, ModuleState State) Step(this nn.Module<Tensor, Tensor> module, Tensor input, ModuleState? state = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        var holders = Holders(module);
        var given = Given(holders, state);
        var former = holders.ConvertAll(holder => holder.Module.TakeState());
        var after = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var recording = holders.Select(holder => holder.Module).OfType<SpikingNeuron>().Where(neuron => neuron.StoreVSequence).ToList();
        try
        {
            recording.ForEach(neuron => neuron.StoreVSequence = false); // what it has recorded stays
            for (var i = 0; i < holders.Count; i++)
            {
                holders[i].Module.PutState([.. given[i].Select(entry => (entry.Name, entry.Value.alias().DetachFromDisposeScope()))]);
            }

            var output = Once(module, input);
            foreach (var (path, holder) in holders)
            {
                foreach (var (name, value) in holder.TakeState())
                {
                    after.Add(path + name, value.alias()); // of the caller's scope, which what a module keeps is not
                    value.Dispose();
                }
            }

            return (output, new ModuleState(after));
        }
        finally
        {
            recording.ForEach(neuron => neuron.StoreVSequence = true);
            for (var i = 0; i < holders.Count; i++)
            {
                holders[i].Module.PutState(former[i]);
            }
        }
    }

    private static Tensor Once(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        if (module is IStepMode { StepMode: StepMode.Single })
        {
            return module.call(input);
        }

        if (module is IStepMode neuron)
        {
            neuron.StepMode = StepMode.Single;
            try
            {
                return module.call(input);
            }
            finally
            {
                neuron.StepMode = StepMode.Multi;
            }
        }

        using var scope = NewDisposeScope();
        return module.call(input.unsqueeze(0)).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The stateful modules, each with the beginning of its tensors' names.</summary>
    private static List<(string Path, IStateValue Module)> Holders(nn.Module module)
    {
        var stateful = module.named_modules().Select(entry => (entry.name, entry.module)).Append((string.Empty, module))
            .DistinctBy(entry => entry.Item2).Where(entry => entry.Item2 is IStateful).ToList();
        return stateful.ConvertAll(entry => entry.Item2 is IStateValue holder
            ? (entry.Item1.Length > 0 ? entry.Item1 + "." : string.Empty, holder)
            : throw new ArgumentException(
                $"{entry.Item2.GetName()} keeps a state that cannot be taken out (it is no {nameof(IStateValue)}): call it on whole "
                + "sequences.", nameof(module)));
    }

    /// <summary>The tensors of a state for each module.</summary>
    private static List<(string Name, Tensor Value)>[] Given(List<(string Path, IStateValue Module)> holders, ModuleState? state)
    {
        var given = holders.Select(_ => new List<(string, Tensor)>()).ToArray();
        foreach (var (name, value) in state?.Tensors ?? new Dictionary<string, Tensor>())
        {
            var path = name[..(name.LastIndexOf('.') + 1)];
            var index = holders.FindIndex(holder => holder.Path == path);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"The state has {name}, and there is no module of that path with a state: it is of another network.", nameof(state));
            }

            given[index].Add((name[path.Length..], value));
        }

        return given;
    }
}
