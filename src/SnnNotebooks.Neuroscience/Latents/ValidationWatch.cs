using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Remembers the weights with which held-out trials looked best, and for how many looks they have not looked better.</summary>
internal sealed class ValidationWatch : IDisposable
{
    private const string Prefix = "best.";
    private const string Least = "least";
    private const string Looks = "without";

    private readonly Dictionary<string, Tensor> best = new(StringComparer.Ordinal);
    private double least = double.PositiveInfinity;

    /// <summary>Looks since the best one.</summary>
    public int Without { get; private set; }

    /// <summary>One look.</summary>
    public void See(double loss, nn.Module network)
    {
        if (loss >= least)
        {
            Without++;
            return;
        }

        (least, Without) = (loss, 0);
        Dispose();
        foreach (var (name, value) in network.state_dict())
        {
            best[name] = value.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Gives the network the best weights, where there was a look.</summary>
    public void Restore(nn.Module network)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            if (best.TryGetValue(name, out var kept))
            {
                value.copy_(kept);
            }
        }
    }

    /// <summary>Adds what it remembers to a checkpoint.</summary>
    public void Save(List<(string Name, Tensor Value)> tensors, Dictionary<string, string> facts)
    {
        tensors.AddRange(best.Select(entry => (Prefix + entry.Key, entry.Value)));
        facts[Least] = least.ToString("R", CultureInfo.InvariantCulture);
        facts[Looks] = Without.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Takes it from a checkpoint; one that was written without a watch leaves it as new.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.TryGetValue(Least, out var loss) || !facts.TryGetValue(Looks, out var looks)
            || !double.TryParse(loss, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(looks, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return;
        }

        (least, Without) = (number, count);
        Dispose();
        foreach (var (name, value) in tensors.Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            best[name[Prefix.Length..]] = value.clone().DetachFromDisposeScope();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in best.Values)
        {
            tensor.Dispose();
        }

        best.Clear();
    }
}
