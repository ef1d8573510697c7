using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>A figure that somebody published for a network.</summary>
/// <param name="Result">The figure with its unit and data, for example <c>ImageNet top-1 73.38 % (T = 4)</c>; null where none was
/// published.</param>
/// <param name="Source">Where: the paper, a repository's README or log.</param>
public sealed record PublishedResult(string? Result, string Source);

/// <summary>A published network under its name.</summary>
/// <param name="Name">Its name in every list, for example <c>spikformer_imagenet_8_512</c>.</param>
/// <param name="InputShape">Axes of one input, for example [3, 224, 224]; the batch axis comes before them.</param>
/// <param name="TimeSteps">T of the published result.</param>
/// <param name="Published">What was published for it.</param>
/// <param name="Create">Builds it with fresh weights; the caller disposes it.</param>
public sealed record ModelPreset(
    string Name, IReadOnlyList<long> InputShape, int TimeSteps, PublishedResult Published, Func<nn.Module<Tensor, Tensor>> Create)
{
    private static readonly Lock MetaLock = new();

    /// <summary>The state dictionary's entries, in order, without making a single weight.</summary>
    /// <returns>Key, shape, element type, and whether it is a parameter (else a buffer).</returns>
    public IReadOnlyList<StateEntry> Entries()
    {
        // on the device "meta" tensors have shapes and no memory; it is the default device of the whole process while this runs
        lock (MetaLock)
        {
            using var scope = NewDisposeScope();
            var device = get_default_device();
            set_default_device(META);
            try
            {
                using var network = Create();
                return [.. StateDictionary.Of(network)
                    .Select(entry => new StateEntry(entry.Key, entry.Value.shape, entry.Value.dtype, entry.IsParameter))];
            }
            finally
            {
                set_default_device(device);
            }
        }
    }
}

/// <summary>One entry of a state dictionary.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Shape">Its axes; none for a single number.</param>
/// <param name="Type">Its element type.</param>
/// <param name="IsParameter">Whether it is trained; else it is a buffer, such as a running mean.</param>
public sealed record StateEntry(string Key, IReadOnlyList<long> Shape, ScalarType Type, bool IsParameter)
{
    /// <summary>How many numbers it holds.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => product * axis);
}
