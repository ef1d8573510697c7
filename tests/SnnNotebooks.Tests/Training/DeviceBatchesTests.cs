using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>Batches prepared by another thread: what a GPU gets, tried on the CPU, where nothing is pinned.</summary>
public sealed class DeviceBatchesTests
{
    [Fact]
    public void They_come_in_order_prepared_and_ahead_of_what_is_taken()
    {
        var (made, threads) = (0, new HashSet<int>());
        var taken = new List<float>();
        foreach (var (inputs, labels) in DeviceBatches.Prepared(Batches(9, () => Interlocked.Increment(ref made), threads), Twice))
        {
            taken.Add(inputs.item<float>());
            Assert.Equal(taken.Count - 1, labels.item<float>() / 2);
            if (taken.Count == 1)
            {
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) >= 3, 120_000), "nothing was prepared ahead");
                Thread.Sleep(50);
                Assert.InRange(Volatile.Read(ref made), 3, 4); // one taken, two waiting, one in the hand
            }

            inputs.Dispose();
            labels.Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 9).Select(i => 2f * i), taken);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public void What_goes_wrong_is_thrown_after_the_batches_before_it()
    {
        var taken = 0;
        var failed = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var (inputs, labels) in DeviceBatches.Prepared(Failing(), Twice))
            {
                taken++;
                inputs.Dispose();
                labels.Dispose();
            }
        });
        Assert.Equal("the third is damaged", failed.Message);
        Assert.Equal(2, taken);

        static IEnumerable<(Tensor, Tensor)> Failing() =>
            Batches(2, () => 0, []).Concat(Enumerable.Range(0, 1).Select<int, (Tensor, Tensor)>(
                _ => throw new InvalidDataException("the third is damaged")));
    }

    [Fact]
    public void Where_no_more_are_taken_the_thread_ends_and_nothing_is_left()
    {
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        var ended = false;
        IEnumerable<(Tensor, Tensor)> Endless()
        {
            try
            {
                foreach (var batch in Batches(int.MaxValue, () => 0, []))
                {
                    yield return batch;
                }
            }
            finally
            {
                ended = true;
            }
        }

        foreach (var (inputs, labels) in DeviceBatches.Prepared(Endless(), Twice).Take(3))
        {
            inputs.Dispose();
            labels.Dispose();
        }

        Assert.True(ended);
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Tensor Twice(Tensor tensor)
    {
        using (tensor)
        {
            return tensor * 2;
        }
    }

    private static IEnumerable<(Tensor, Tensor)> Batches(int count, Func<int> made, HashSet<int> threads)
    {
        for (var i = 0; i < count; i++)
        {
            made();
            threads.Add(Environment.CurrentManagedThreadId);
            yield return (tensor((float)i).DetachFromDisposeScope(), tensor((float)i).DetachFromDisposeScope());
        }
    }
}
