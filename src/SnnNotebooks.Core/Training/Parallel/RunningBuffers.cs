using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// A network's buffers (running statistics, counters), which each rank or micro-batch changes in its own way: they move by the mean of the
/// changes, in float64. What nobody changes stays to the bit.
/// </summary>
internal sealed class RunningBuffers : IDisposable
{
    private readonly nn.Module network;
    private readonly BucketSum? sum;
    private readonly Tensor agreed; // as all ranks had them when they last agreed

    public RunningBuffers(nn.Module network, MicroBatches share, bool ordered)
    {
        this.network = network;
        agreed = Values().DetachFromDisposeScope();
        sum = agreed.numel() == 0 ? null : BucketSum.Create(ordered, agreed.numel(), share.Ranks, share.Most, agreed);
    }

    /// <summary>Puts them back to where all ranks had them.</summary>
    public void Restore()
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var at = 0L;
        foreach (var (_, buffer) in network.named_buffers())
        {
            var values = agreed.narrow(0, at, buffer.numel()).view(buffer.shape);
            buffer.copy_(buffer.is_floating_point() ? values : values.round());
            at += buffer.numel();
        }
    }

    /// <summary>Takes their change.</summary>
    /// <param name="row">Of which micro-batch of this rank.</param>
    /// <param name="weight">How much it counts; all weights of all ranks come to 1.</param>
    public void Take(int row, double weight)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        sum?.Take(row, 0, (Values() - agreed) * weight, agreed.numel());
    }

    /// <summary>Starts the sum over all ranks.</summary>
    public Task? Post(ReductionQueue queue, IReadOnlyList<int> counts) =>
        sum is null ? null : queue.Post(reducer => sum.Reduce(reducer, counts));

    /// <summary>Moves them by the sum.</summary>
    public void Finish()
    {
        if (sum is null)
        {
            return;
        }

        using (no_grad())
        using (NewDisposeScope())
        {
            agreed.add_(sum.Result.narrow(0, 0, agreed.numel()));
        }

        Restore();

        // as the network has them, in its own type
        using (no_grad())
        using (NewDisposeScope())
        {
            agreed.copy_(Values());
        }
    }

    public void Dispose()
    {
        agreed.Dispose();
        sum?.Dispose();
    }

    private Tensor Values()
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var all = network.named_buffers().Select(entry => entry.buffer.to(ScalarType.Float64).cpu().flatten()).ToArray();
        return (all.Length == 0 ? zeros(0, dtype: ScalarType.Float64) : cat(all)).MoveToOuterDisposeScope();
    }
}
