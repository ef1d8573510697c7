using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// Records what layers give while a network runs. A layer that is called once per step of a movie gives one piece each time; pieces are
/// joined along their first axis.
/// </summary>
public sealed class LayerRecorder : IDisposable
{
    private readonly Dictionary<string, List<Tensor>> pieces = new(StringComparer.Ordinal);
    private readonly List<Action> hooks = [];

    /// <summary>Starts to record.</summary>
    /// <param name="network">Any network.</param>
    /// <param name="paths">Module paths of the layers, for example <c>layer1.0</c>; each must map a tensor to a tensor.</param>
    /// <exception cref="ArgumentException">There is no such layer, or it is of another kind.</exception>
    public LayerRecorder(nn.Module network, IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(paths);
        var modules = network.named_modules().GroupBy(entry => entry.name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().module, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (modules.GetValueOrDefault(path) is not nn.Module<Tensor, Tensor> layer)
            {
                Dispose();
                throw new ArgumentException(
                    $"{network.GetName()} has no layer {path} that maps a tensor to a tensor; it has "
                    + $"{string.Join(", ", modules.Keys.Where(name => name.Length > 0).Take(20))}"
                    + $"{(modules.Count > 20 ? ", ..." : string.Empty)}.", nameof(paths));
            }

            var list = pieces[path] = [];
            var hook = layer.register_forward_hook((_, _, output) =>
            {
                list.Add(output.detach().alias().DetachFromDisposeScope());
                return output;
            });
            hooks.Add(hook.remove);
        }
    }

    /// <summary>Hands over what a layer gave since the last call; the caller disposes it.</summary>
    /// <param name="path">One of the paths.</param>
    /// <returns>[T, B, ...], or [B, ...] of a network without time.</returns>
    /// <exception cref="InvalidOperationException">The layer did not run.</exception>
    public Tensor Take(string path)
    {
        var list = pieces[path];
        if (list.Count == 0)
        {
            throw new InvalidOperationException($"The layer {path} has not run since it was last asked.");
        }

        var joined = list.Count == 1 ? list[0] : cat(list);
        foreach (var piece in list.Where(piece => !ReferenceEquals(piece, joined)))
        {
            piece.Dispose();
        }

        list.Clear();
        return joined;
    }

    /// <summary>Stops recording and forgets what was not taken.</summary>
    public void Dispose()
    {
        hooks.ForEach(remove => remove());
        hooks.Clear();
        foreach (var piece in pieces.Values.SelectMany(list => list))
        {
            piece.Dispose();
        }

        pieces.Clear();
    }
}
