using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>
/// Watches modules of a network: each call (or backward pass) leaves one record. It works by hooks that are there only while it is on, so
/// that a monitor that is off costs nothing. Dispose it to take the hooks away.
/// </summary>
/// <typeparam name="TRecord">What is kept of a call.</typeparam>
public abstract class ModuleMonitor<TRecord> : IDisposable
{
    private readonly List<(string Name, nn.Module<Tensor, Tensor> Module)> watched;
    private readonly Dictionary<string, List<TRecord>> records;
    private readonly List<Action> removals = [];

    /// <summary>Chooses the modules and begins to watch.</summary>
    /// <param name="network">The network, or one module.</param>
    /// <param name="select">Which of its modules; neurons where none is given.</param>
    protected ModuleMonitor(nn.Module network, Func<nn.Module, bool>? select)
    {
        ArgumentNullException.ThrowIfNull(network);
        select ??= module => module is SpikingNeuron or IStepMode or PSN or GatedLIFNode or SpikeRateNeuron;
        watched = [.. network.named_modules().Append((name: string.Empty, module: network))
            .DistinctBy(each => each.module)
            .Where(each => each.module is nn.Module<Tensor, Tensor> && select(each.module))
            .Select(each => (each.name, (nn.Module<Tensor, Tensor>)each.module))];
        records = watched.ToDictionary(each => each.Name, _ => new List<TRecord>(), StringComparer.Ordinal);
        Enabled = true;
    }

    /// <summary>Paths of the watched modules, in the order of the network; the network itself is the empty path.</summary>
    public IReadOnlyList<string> Names => [.. watched.Select(each => each.Name)];

    /// <summary>The records of one module, in the order in which they came; what they hold belongs to the monitor.</summary>
    /// <param name="name">Its path.</param>
    /// <exception cref="KeyNotFoundException">It is not watched.</exception>
    public IReadOnlyList<TRecord> this[string name]
    {
        get
        {
            Settle();
            return records.TryGetValue(name, out var found)
                ? found
                : throw new KeyNotFoundException(
                    $"The monitor does not watch {name}; it watches {(records.Count == 0 ? "nothing" : string.Join(", ", records.Keys))}.");
        }
    }

    /// <summary>Whether it is watching. Off, it costs nothing; what has been recorded stays.</summary>
    public bool Enabled
    {
        get => removals.Count > 0;
        set
        {
            if (value == Enabled)
            {
                return;
            }

            if (value)
            {
                removals.AddRange(watched.Select(each => Watch(each.Name, each.Module)));
            }
            else
            {
                removals.ForEach(remove => remove());
                removals.Clear();
            }
        }
    }

    /// <summary>Forgets the records.</summary>
    public void Clear()
    {
        Settle();
        foreach (var list in records.Values)
        {
            list.OfType<IDisposable>().ToList().ForEach(record => record.Dispose());
            list.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Enabled = false;
        Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins to watch one module.</summary>
    /// <param name="name">Its path in the network.</param>
    /// <param name="module">The module.</param>
    /// <returns>What ends it.</returns>
    protected virtual Action Watch(string name, nn.Module<Tensor, Tensor> module)
    {
        var hook = module.register_forward_hook((_, _, output) => Observe(name, module, output));
        return hook.remove;
    }

    /// <summary>Called with each output.</summary>
    /// <param name="name">The module's path.</param>
    /// <param name="module">The module.</param>
    /// <param name="output">What it gave.</param>
    /// <returns>The output that is passed on.</returns>
    protected abstract Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output);

    /// <summary>Called before records are looked at or forgotten: keeps those that were not read from their device yet.</summary>
    protected virtual void Settle()
    {
    }

    /// <summary>Keeps a record.</summary>
    /// <param name="name">The module's path.</param>
    /// <param name="record">The record; where it can be disposed, the monitor does.</param>
    protected void Record(string name, TRecord record) => records[name].Add(record);
}
