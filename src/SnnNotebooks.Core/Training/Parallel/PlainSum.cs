using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>The sum in the reducer's own order, after that of this rank's micro-batches.</summary>
internal sealed class PlainSum(long length, Tensor like) : BucketSum
{
    private readonly Tensor sum = zeros(length, dtype: like.dtype, device: like.device).DetachFromDisposeScope();

    public override Tensor Result => sum;

    public override void Take(int row, long offset, Tensor? values, long length)
    {
        using var scope = NewDisposeScope();
        if (row == 0)
        {
            Put(sum.narrow(0, offset, length), values);
        }
        else if (values is not null)
        {
            sum.narrow(0, offset, length).add_(values);
        }
    }

    public override void Reduce(IReducer reducer, IReadOnlyList<int> counts) => reducer.Sum(sum);

    public override void Dispose() => sum.Dispose();
}
