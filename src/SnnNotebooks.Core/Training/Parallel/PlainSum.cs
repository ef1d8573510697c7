using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>The sum in the reducer's own order; of all micro-batches of this rank it is given the sum, as row 0.</summary>
internal sealed class PlainSum(long length, Tensor like) : BucketSum
{
    private readonly Tensor sum = zeros(length, dtype: like.dtype, device: like.device).DetachFromDisposeScope();

    public override Tensor Result => sum;

    public override void Take(int row, long offset, Tensor? values, long length)
    {
        using var scope = NewDisposeScope();
        Put(sum.narrow(0, offset, length), values);
    }

    public override void Reduce(IReducer reducer, IReadOnlyList<int> counts) => reducer.Sum(sum);

    public override void Dispose() => sum.Dispose();
}
