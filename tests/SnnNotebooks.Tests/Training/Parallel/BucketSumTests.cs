using SnnNotebooks.Training.Parallel;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class BucketSumTests
{
    private const int MicroBatches = 6;
    private const int Length = 11;

    [Theory]
    [InlineData(2, 6)]
    [InlineData(3, 6)]
    [InlineData(4, 6)]
    [InlineData(6, 6)]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public void The_ordered_sum_has_the_bits_of_one_rank_whatever_the_number_of_ranks(int ranks, int present)
    {
        Assert.Equal(Sum(1, present, ordered: true)[0], Sum(ranks, present, ordered: true)[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_ranks_get_the_sum_of_all_micro_batches(bool ordered)
    {
        var exact = Enumerable.Range(0, Length).Select(i => Enumerable.Range(0, MicroBatches).Sum(m => (double)Value(m, i))).ToArray();

        foreach (var sum in Sum(3, MicroBatches, ordered))
        {
            Assert.All(exact.Zip(sum), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    // of very different sizes, so that the order of a sum is seen in its bits
    private static float Value(int microBatch, int place) =>
        (float)(Math.Sin((microBatch * 7) + place) * Math.Pow(10, (microBatch * 5) % 4));

    private static float[][] Sum(int ranks, int present, bool ordered)
    {
        var share = new MicroBatches(present, 1, MicroBatches, ranks);
        int[] counts = [.. Enumerable.Range(0, ranks).Select(rank => share.Count(rank, 0))];
        return new ThreadRanks(ranks).Run(reducer =>
        {
            using var scope = NewDisposeScope();
            using var like = zeros(1);
            using var sum = BucketSum.Create(ordered, Length, ranks, share.Most, like);
            var own = Enumerable.Range(share.First(reducer.Rank), counts[reducer.Rank])
                .Select(m => Enumerable.Range(0, Length).Select(i => Value(m, i)).ToArray()).ToList();
            if (ordered)
            {
                for (var row = 0; row < own.Count; row++)
                {
                    // in two pieces, as parameters are
                    sum.Take(row, 0, tensor(own[row][..4]), 4);
                    sum.Take(row, 4, tensor(own[row][4..]), Length - 4);
                }
            }
            else
            {
                var added = Enumerable.Range(0, Length).Select(i => own.Sum(values => values[i])).ToArray();
                sum.Take(0, 0, own.Count == 0 ? null : tensor(added), Length);
            }

            sum.Reduce(reducer, counts);
            return sum.Result.data<float>().ToArray()[..Length];
        });
    }
}
