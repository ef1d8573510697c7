using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// The parameters and buffers of a network under their paths, in PyTorch's order: a module's own parameters, its buffers, then its
/// children.
/// </summary>
public static class StateDictionary
{
    /// <summary>Lists a network's entries. The tensors are the network's own: do not dispose them.</summary>
    /// <param name="network">The network.</param>
    /// <returns>Path, tensor, and whether it is a parameter.</returns>
    public static IEnumerable<(string Key, Tensor Value, bool IsParameter)> Of(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Walk(network, string.Empty);
    }

    private static IEnumerable<(string Key, Tensor Value, bool IsParameter)> Walk(nn.Module module, string prefix)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
        {
            yield return (prefix + name, parameter, true);
        }

        foreach (var (name, buffer) in module.named_buffers(recurse: false))
        {
            yield return (prefix + name, buffer, false);
        }

        foreach (var (name, child) in module.named_children())
        {
            foreach (var entry in Walk(child, $"{prefix}{name}."))
            {
                yield return entry;
            }
        }
    }
}
