using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>Named tensors with what is said about them: the content of a weights file.</summary>
public sealed class Checkpoint : IDisposable
{
    // PyTorch's DataParallel and torch.compile save the network inside them
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    private readonly List<(string Key, Tensor Value)> tensors;

    internal Checkpoint(List<(string Key, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata, string format,
        IReadOnlyList<string>? remarks = null)
    {
        (this.tensors, Metadata, Format, Remarks) = (tensors, metadata, format, remarks ?? []);
    }

    /// <summary>The tensors in the file's order; they belong to the checkpoint.</summary>
    public IReadOnlyList<(string Key, Tensor Value)> Tensors => tensors;

    /// <summary>
    /// Texts by name; empty where the format has none. Of a PyTorch module that was saved whole (few classes are known) the numbers, texts
    /// and flags among its fields, and its <c>class</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file format, in words.</summary>
    public string Format { get; }

    /// <summary>What else the file holds besides tensors, one line each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>
    /// Reads a weights file: safetensors, or PyTorch's <c>.pt</c> and <c>.pth</c> (zip or older). The format is told by its content.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointException">It is none of these, is damaged, or names classes that are not read.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static Checkpoint Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        start = start[..length];
        if (length == 9 && start[8] == '{')
        {
            return Safetensors.Read(file, path);
        }

        return NumpyArchive.IsZip(start) ? PyTorch.PyTorchArchive.Read(file, path) : PyTorch.LegacyFile.Read(file, path);
    }

    /// <summary>Copies a network's weights, with the dynamics of its neurons as metadata.</summary>
    /// <param name="network">The network.</param>
    /// <param name="timeSteps">T it was trained with, where that is known.</param>
    /// <param name="notes">Further texts by name.</param>
    /// <returns>The checkpoint; the caller disposes it.</returns>
    public static Checkpoint Of(nn.Module network, int? timeSteps = null, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var off = no_grad();
        var tensors = StateDictionary.Of(network)
            .Select(entry => (entry.Key, entry.Value.detach().cpu().clone().DetachFromDisposeScope())).ToList();
        var metadata = NeuronDynamics.Describe(network, timeSteps);
        foreach (var (name, text) in notes ?? new Dictionary<string, string>())
        {
            metadata[name] = text;
        }

        return new Checkpoint(tensors, metadata, "in memory");
    }

    /// <summary>Writes a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => Safetensors.Write(path, tensors, Metadata);

    /// <summary>
    /// Writes the tensors as <c>torch.save</c> writes a state dictionary (.pt, .pth), whole or not at all; texts are left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WritePyTorch(string path) => PyTorch.PyTorchWriter.Write(path, tensors);

    /// <summary>
    /// Copies the tensors into a network of the same keys and shapes; element types are converted. Keys that all begin with what PyTorch
    /// puts before those of a wrapped network (<c>module.</c>, <c>_orig_mod.</c>) are taken without it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="strict">True to refuse a checkpoint that does not fit exactly, before anything is changed; false to load what
    /// fits.</param>
    /// <returns>What was loaded and what was not.</returns>
    /// <exception cref="CheckpointException"><paramref name="strict"/> is set and keys or shapes differ; the message lists
    /// them.</exception>
    public LoadReport LoadInto(nn.Module network, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        var wanted = StateDictionary.Of(network).Select(entry => (entry.Key, entry.Value)).DistinctBy(entry => entry.Key).ToList();
        var wrapped = Wrapped(wanted.Select(entry => entry.Key));
        var given = tensors.ToDictionary(entry => entry.Key[wrapped..], entry => entry.Value, StringComparer.Ordinal);
        var names = wanted.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Where(entry => !given.ContainsKey(entry.Key)).Select(entry => entry.Key).ToList();
        var unexpected = given.Keys.Where(key => !names.Contains(key)).ToList();
        var shapes = wanted.Where(entry => given.TryGetValue(entry.Key, out var value) && !value.shape.SequenceEqual(entry.Value.shape))
            .Select(
                entry => $"{entry.Key} is [{string.Join(", ", given[entry.Key].shape)}], expected [{string.Join(", ", entry.Value.shape)}]")
                    .ToList();
        var fitting = wanted.Where(
            entry => given.TryGetValue(entry.Key, out var value) && value.shape.SequenceEqual(entry.Value.shape)).ToList();
        var report = new LoadReport(
            [.. fitting.Select(entry => entry.Key)], missing, unexpected, shapes, NeuronDynamics.Differences(network, Metadata));
        if (strict && !report.IsComplete)
        {
            throw new CheckpointException(
                $"The checkpoint does not fit the network. {report}Load with strict: false (--loose) to take what fits.");
        }

        using var off = no_grad();
        foreach (var (key, value) in fitting)
        {
            value.copy_(given[key]);
        }

        return report;
    }

    /// <summary>How many letters before every key are those of wrappers that the network's keys do not have.</summary>
    private int Wrapped(IEnumerable<string> wanted)
    {
        string[] own = [.. wanted];
        var length = 0;
        while (Wrappers.FirstOrDefault(IsBeforeAll) is { } wrapper)
        {
            length += wrapper.Length;
        }

        return length;

        bool IsBeforeAll(string wrapper) => tensors.Count > 0
            && tensors.All(entry => entry.Key.AsSpan(length).StartsWith(wrapper, StringComparison.Ordinal))
            && !own.Any(key => key.StartsWith(wrapper, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in tensors)
        {
            tensor.Dispose();
        }
    }
}
