using SnnNotebooks.Training.Parallel;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class MicroBatchTests
{
    public static TheoryData<int, int, int, int> Cases()
    {
        var cases = new TheoryData<int, int, int, int>();
        foreach (var inputs in new[] { 1, 2, 7, 16, 63, 64, 65, 1000 })
        {
            foreach (var (size, parts) in new[] { (1, 1), (1, 8), (4, 2), (4, 8), (7, 5), (64, 3) })
            {
                foreach (var ranks in new[] { 1, 2, 3, 4, 5, 8 }.Where(ranks => ranks <= parts))
                {
                    cases.Add(inputs, size, parts, ranks);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Shares_cover_every_input_of_an_epoch_once(int inputs, int size, int parts, int ranks)
    {
        var share = new MicroBatches(inputs, size, parts, ranks);
        var seen = new int[inputs];
        for (var rank = 0; rank < ranks; rank++)
        {
            // as a trainer goes through them: what is its own, in order, so many in each step
            var own = new Queue<int>(Enumerable.Range(0, share.All).Where(batch => share.IsOf(rank, batch)));
            for (var step = 0; step < share.Steps; step++)
            {
                for (var i = 0; i < share.Count(rank, step); i++)
                {
                    var batch = own.Dequeue();
                    Assert.Equal((step * parts) + share.First(rank) + i, batch);
                    for (var input = batch * size; input < Math.Min((batch + 1) * size, inputs); input++)
                    {
                        seen[input]++;
                    }
                }
            }

            Assert.Empty(own);
            Assert.True(share.First(rank + 1) - share.First(rank) <= share.Most);
        }

        Assert.All(seen, times => Assert.Equal(1, times));
        Assert.Equal(inputs, Enumerable.Range(0, share.Steps).Sum(share.InputsOf));
    }
}
