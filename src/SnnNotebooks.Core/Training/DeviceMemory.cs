using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SnnNotebooks.Neurons.Fused.Cuda;

namespace SnnNotebooks.Training;

/// <summary>What to say where a device has no memory left for a step of training.</summary>
internal static partial class DeviceMemory
{
    /// <summary>
    /// A failure of libtorch in words that say what was asked for, what there is, and what to do; null where it is another.
    /// </summary>
    /// <param name="failed">What libtorch threw.</param>
    /// <param name="recipe">The recipe of the run.</param>
    /// <param name="run">Where it stands.</param>
    /// <param name="stateFile">Where its state is kept, if at all.</param>
    public static InvalidOperationException? Explained(Exception failed, TrainingRecipe recipe, TrainingRun run, string? stateFile)
    {
        var cause = failed is InvalidOperationException { InnerException: { } inner } ? inner : failed; // of a backward pass
        if (cause is not (ExternalException or CudaException or OutOfMemoryException) || !Full().IsMatch(cause.Message))
        {
            return null;
        }

        var sizes = Sizes().Match(cause.Message);
        var asked = Asked().Match(cause.Message) is { Success: true } found
            ? $"{found.Groups[1].Value} more were asked for"
            : "it is full";
        var there = sizes.Success ? $", {sizes.Groups["free"].Value} of {sizes.Groups["total"].Value} are free" : string.Empty;
        var kept = stateFile is not null && File.Exists(stateFile)
            ? $"{stateFile} is as it was saved last: the same run goes on from there where there is more memory"
            : "No state of this run was kept";
        return new InvalidOperationException(
            $"The memory of {ComputeDevice.NameOf(run.Device)} does not suffice for step {run.Step + 1} of epoch {run.Epoch + 1}: {asked}"
            + $"{there}. Take a smaller batch than {recipe.BatchSize} (with Accumulation the gradient is of as many inputs), mixed "
            + $"precision (--amp bf16), or let the network's blocks be recomputed (--recompute, Functional.Recompute). {kept}.", cause);
    }

    [GeneratedRegex(@"out of memory|CUDA_ERROR_OUT_OF_MEMORY|can't allocate memory", RegexOptions.IgnoreCase)]
    private static partial Regex Full();

    [GeneratedRegex(@"(?:Tried|tried) to allocate ([\d.]+ \w+)")]
    private static partial Regex Asked();

    [GeneratedRegex(@"total capacity of (?<total>[\d.]+ \w+) of which (?<free>[\d.]+ \w+) is free")]
    private static partial Regex Sizes();
}
