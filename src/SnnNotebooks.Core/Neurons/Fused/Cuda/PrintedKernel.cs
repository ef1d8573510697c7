using System.Collections.Concurrent;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// A kernel as CUDA C. There is one for each text, so that launchers find what they compiled of it without reading kilobytes each time.
/// </summary>
internal sealed class PrintedKernel
{
    private static readonly ConcurrentDictionary<(string Name, string Source, int Sequences), PrintedKernel> Known = new();

    private PrintedKernel(string name, string source, int sequences) => (Name, Source, Sequences) = (name, source, sequences);

    /// <summary>Its name in the source.</summary>
    public string Name { get; }

    /// <summary>Its source, without <see cref="SweepCode.Prelude"/>.</summary>
    public string Source { get; }

    /// <summary>How many addresses are parameters of their own, before the structure.</summary>
    public int Sequences { get; }

    /// <summary>The kernel of a name and a source.</summary>
    public static PrintedKernel Of(string name, string source, int sequences = 0) =>
        Known.GetOrAdd((name, source, sequences), key => new PrintedKernel(key.Name, key.Source, key.Sequences));
}
