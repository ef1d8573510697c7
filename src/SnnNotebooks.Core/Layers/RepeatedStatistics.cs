using SnnNotebooks.Training.Parallel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// While it lives, batch normalisations that see one time step keep the running variance they would have kept had they seen T copies.
/// Over n values of a channel mean and (biased) variance v are the same as over n T values of which every T are equal, so the outputs and
/// their gradients are, too. But the running variance takes the unbiased estimate: v n / (n - 1) where it would have been v nT / (nT - 1).
/// </summary>
public sealed class RepeatedStatistics : IDisposable
{
    private readonly List<Action> removals = [];

    /// <summary>Watches every batch normalisation in training mode within the modules.</summary>
    /// <param name="modules">The modules, and what is inside them.</param>
    /// <param name="steps">T, the copies that are left out.</param>
    public RepeatedStatistics(IEnumerable<nn.Module> modules, long steps)
    {
        foreach (var norm in modules.SelectMany(module => module.modules().Append(module)).OfType<BatchNorm>().Distinct())
        {
            if (norm.training && norm.track_running_stats)
            {
                Watch(norm, steps);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => removals.ForEach(remove => remove());

    private void Watch(BatchNorm norm, long steps)
    {
        Tensor? before = null;
        var pre = norm.register_forward_pre_hook((_, input) =>
        {
            before = norm.running_var!.clone();
            return input;
        });
        var post = norm.register_forward_hook((_, input, output) =>
        {
            Correct(norm, before!, SynchronisedStatistics.Values(norm, input), steps);
            return output;
        });
        removals.Add(() =>
        {
            pre.remove();
            post.remove();
        });
    }

    private static void Correct(BatchNorm norm, Tensor before, double n, long steps)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();

        // without a momentum the running statistics are the plain mean of all batches so far
        var momentum = norm.momentum ?? 1.0 / norm.num_batches_tracked!.item<long>();
        var kept = before * (1 - momentum);
        var correction = steps * (n - 1) / ((n * steps) - 1);
        var learned = n > 1 ? (norm.running_var! - kept) * correction : zeros_like(kept); // one value, and its copies, have variance 0

        // a new tensor: autograd holds the old one and refuses a backward pass through one that was written to
        norm.running_var = (kept + learned).DetachFromDisposeScope();
    }
}
