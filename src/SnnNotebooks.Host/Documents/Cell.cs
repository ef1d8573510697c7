using System.Text.Json.Serialization;

namespace SnnNotebooks.Host.Documents;

/// <summary>One cell of a notebook.</summary>
/// <param name="Kernel">Canonical name of its language, as in <see cref="KernelNames"/> or the notebook's own kernels.</param>
/// <param name="Source">Its text; lines end in <c>\n</c>, the last one in nothing.</param>
/// <param name="FirstLine">Line of the file, from 1, that holds the first line of <paramref name="Source"/>; 1 where there is no such
/// file.</param>
public sealed record Cell(string Kernel, string Source, int FirstLine = 1)
{
    /// <summary>Tags that Jupyter's metadata give it; none in a <c>.dib</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// The JSON of the cell in the Jupyter notebook it comes from, so that its id, metadata, attachments and outputs are kept; null where
    /// there is none.
    /// </summary>
    [JsonIgnore]
    public string? Origin { get; init; }

    /// <summary>Number of lines of <see cref="Source"/>, at least 1.</summary>
    public int LineCount => Source.AsSpan().Count('\n') + 1;
}
