using System.Text;

namespace SnnNotebooks.Exchange;

/// <summary>What loading a checkpoint into a network came to.</summary>
/// <param name="Loaded">Keys whose tensors were copied.</param>
/// <param name="Missing">Keys of the network that the checkpoint does not have.</param>
/// <param name="Unexpected">Keys of the checkpoint that the network does not have.</param>
/// <param name="Shapes">Tensors whose shapes differ, one sentence each.</param>
/// <param name="Dynamics">Neurons that compute something else than those the checkpoint was made with, one sentence each.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Shapes,
    IReadOnlyList<string> Dynamics)
{
    private const int Shown = 8;

    /// <summary>True where keys and shapes were the same on both sides.</summary>
    public bool IsComplete => Missing.Count + Unexpected.Count + Shapes.Count == 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"{Loaded.Count} tensors fit. ");
        Add("missing", Missing);
        Add("unexpected", Unexpected);
        Add("of another shape", Shapes);
        Add("neurons that differ", Dynamics);
        return text.ToString();

        void Add(string what, IReadOnlyList<string> list)
        {
            if (list.Count > 0)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture,
                    $"{list.Count} {what}: {string.Join("; ", list.Take(Shown))}{(list.Count > Shown ? "; ..." : string.Empty)}. ");
            }
        }
    }
}
