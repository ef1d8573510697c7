using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// The sum in the order of the micro-batches, ((0 + 1) + 2) + ..., which is the same on however many ranks they are: each rank gets one
/// part of every micro-batch, adds it up, and gives the sum to all. With one micro-batch for each rank this sends as much as a sum over a
/// ring.
/// </summary>
internal sealed class OrderedSum : BucketSum
{
    private readonly Tensor rows; // [micro-batches of this rank, ranks * part]; on one rank the sum so far is all that is kept
    private readonly Tensor parts; // [ranks, micro-batches, part]
    private readonly Tensor received;
    private readonly Tensor result; // [ranks, part], flat
    private readonly int ranks;
    private readonly int most;

    public OrderedSum(long length, int ranks, int rows, Tensor like)
    {
        (this.ranks, most) = (ranks, ranks == 1 ? 1 : rows);
        var part = (length + ranks - 1) / ranks;
        this.rows = New(most, ranks * part);
        parts = New(ranks == 1 ? 0 : ranks, most, part); // one rank sends nothing
        received = zeros_like(parts).DetachFromDisposeScope();
        result = New(ranks * part);

        Tensor New(params long[] shape) => zeros(shape, dtype: like.dtype, device: like.device).DetachFromDisposeScope();
    }

    public override Tensor Result => result;

    public override void Take(int row, long offset, Tensor? values, long length)
    {
        using var scope = NewDisposeScope();
        if (ranks > 1 || row == 0)
        {
            Put(rows[row].narrow(0, offset, length), values);
        }
        else if (values is not null)
        {
            rows[0].narrow(0, offset, length).add_(values);
        }
    }

    public override void Reduce(IReducer reducer, IReadOnlyList<int> counts)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        if (ranks == 1)
        {
            result.copy_(rows[0]);
            return;
        }

        parts.copy_(rows.view(most, ranks, -1).transpose(0, 1));
        reducer.Exchange(parts, received);
        Tensor? sum = null;
        for (var rank = 0; rank < ranks; rank++)
        {
            for (var row = 0; row < counts[rank]; row++)
            {
                sum = sum is null ? received[rank][row].clone() : sum.add_(received[rank][row]);
            }
        }

        reducer.Gather(sum!, result.view(ranks, -1));
    }

    public override void Dispose()
    {
        foreach (var tensor in new[] { rows, parts, received, result })
        {
            tensor.Dispose();
        }
    }
}
