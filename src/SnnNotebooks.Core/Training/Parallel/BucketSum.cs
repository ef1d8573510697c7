using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>Some numbers of every micro-batch, and their sum over all micro-batches of all ranks.</summary>
internal abstract class BucketSum : IDisposable
{
    /// <summary>The sum, [n] or longer; valid when <see cref="Reduce"/> has returned.</summary>
    public abstract Tensor Result { get; }

    /// <summary>A new one.</summary>
    /// <param name="ordered">Whether the sum is taken in the order of the micro-batches, on whatever ranks they are.</param>
    /// <param name="length">n.</param>
    /// <param name="ranks">How many ranks there are.</param>
    /// <param name="rows">Micro-batches of the rank that has most.</param>
    /// <param name="like">Type and device.</param>
    public static BucketSum Create(bool ordered, long length, int ranks, int rows, Tensor like) =>
        ordered ? new OrderedSum(length, ranks, rows, like) : new PlainSum(length, like);

    /// <summary>Takes some numbers of a micro-batch of this rank.</summary>
    /// <param name="row">Its number among this rank's.</param>
    /// <param name="offset">Where they stand in the bucket.</param>
    /// <param name="values">They, flat; null for zeros.</param>
    /// <param name="length">How many.</param>
    public abstract void Take(int row, long offset, Tensor? values, long length);

    /// <summary>Sums over all ranks, each of which has so many micro-batches.</summary>
    public abstract void Reduce(IReducer reducer, IReadOnlyList<int> counts);

    public abstract void Dispose();

    private protected static void Put(Tensor target, Tensor? values)
    {
        if (values is null)
        {
            target.zero_();
        }
        else
        {
            target.copy_(values);
        }
    }
}
