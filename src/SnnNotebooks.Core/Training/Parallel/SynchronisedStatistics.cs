using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// While it lives, the batch normalisations of a network in training mode take mean and variance over the inputs of all ranks, forward and
/// backward, and keep running statistics of these: what one rank would compute on the whole batch.
/// </summary>
internal sealed class SynchronisedStatistics : IDisposable
{
    // how many values of a channel the last statistics were taken of
    private static readonly ConditionalWeakTable<BatchNorm, StrongBox<double>> Taken = [];

    private readonly ReductionQueue queue;
    private readonly List<Action> removals = [];

    /// <summary>Watches every batch normalisation of a network.</summary>
    /// <exception cref="ArgumentException">One of them is of a kind that keeps its statistics in its own way.</exception>
    public SynchronisedStatistics(nn.Module network, ReductionQueue queue)
    {
        this.queue = queue;
        foreach (var (name, module) in network.named_modules())
        {
            if (module is BatchNorm norm)
            {
                Watch(norm);
            }
            else if (module.named_buffers(recurse: false).Any(entry => entry.name == "running_mean"))
            {
                Dispose();
                throw new ArgumentException(
                    $"{name} ({module.GetName()}) has running statistics of its own kind; only BatchNorm1d, 2d and 3d are synchronised.");
            }
        }
    }

    /// <summary>False while this rank computes only to keep the others company: its inputs do not count.</summary>
    public bool IsCounted { get; set; } = true;

    /// <summary>How many values of a channel a normalisation has just taken its statistics of, on all ranks.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="input">What it was given, [N, C, ...].</param>
    public static double Values(BatchNorm norm, Tensor input) =>
        Taken.TryGetValue(norm, out var number) ? number.Value : input.numel() / input.shape[1];

    public void Dispose() => removals.ForEach(remove => remove());

    // a hook can replace the output, not the computation: the module's own, which is dropped, is in evaluation mode to leave no trace
    private void Watch(BatchNorm norm)
    {
        var trains = false;
        var before = norm.register_forward_pre_hook((_, input) =>
        {
            trains = norm.training;
            norm.train(false);
            return input;
        });
        var after = norm.register_forward_hook((_, input, output) =>
        {
            norm.train(trains);
            return trains ? Normalise(norm, input) : output;
        });
        removals.Add(() =>
        {
            before.remove();
            after.remove();
            Taken.Remove(norm);
        });
    }

    private Tensor Normalise(BatchNorm norm, Tensor given)
    {
        using var scope = NewDisposeScope();
        var input = given.to(ScalarType.Float32);
        long[] axes = [0, .. Enumerable.Range(2, (int)input.dim() - 2).Select(axis => (long)axis)];
        long[] channels = [1, -1, .. axes[1..].Select(_ => 1L)];
        var weight = IsCounted ? 1 : 0;
        var number = tensor([(double)(weight * (input.numel() / input.shape[1]))]);
        queue.Do(reducer => reducer.Sum(number));
        var values = number.item<double>();
        var mean = SumOverRanks.Of(input.sum(axes) * weight, queue) / values;
        var centred = input - mean.view(channels);
        var variance = SumOverRanks.Of(centred.square().sum(axes) * weight, queue) / values;
        var output = centred * (variance + norm.eps).rsqrt().view(channels);
        if (norm.weight is { } scale)
        {
            output = (output * scale.view(channels)) + norm.bias!.view(channels);
        }

        Keep(norm, mean, variance, values);
        return output.to(given.dtype).MoveToOuterDisposeScope();
    }

    private static void Keep(BatchNorm norm, Tensor mean, Tensor variance, double values)
    {
        Taken.AddOrUpdate(norm, new StrongBox<double>(values));
        if (!norm.track_running_stats)
        {
            return;
        }

        using var off = no_grad();
        norm.num_batches_tracked!.add_(1);

        // without a momentum the running statistics are the plain mean of all batches so far
        var share = norm.momentum ?? 1.0 / norm.num_batches_tracked.item<long>();
        norm.running_mean!.mul_(1 - share).add_(mean.detach(), alpha: share);
        norm.running_var!.mul_(1 - share).add_(variance.detach(), alpha: share * values / Math.Max(1, values - 1));
    }
}
