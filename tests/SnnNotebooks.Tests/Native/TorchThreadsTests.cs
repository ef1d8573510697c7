using SnnNotebooks.Native;

namespace SnnNotebooks.Tests.Native;

public sealed class TorchThreadsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Every_share_is_done_once(int shares)
    {
        var done = new int[shares];

        TorchThreads.Run(shares, share => Interlocked.Increment(ref done[share]));

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Two_shares_are_done_at_the_same_time()
    {
        using var both = new Barrier(2);

        TorchThreads.Run(2, _ => Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(10))));
    }

    [Fact]
    public void A_share_may_be_shared_itself()
    {
        var done = new int[12];

        TorchThreads.Run(3, outer => TorchThreads.Run(4, inner => Interlocked.Increment(ref done[(outer * 4) + inner])));

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_a_share_throws_is_thrown_when_the_others_have_ended()
    {
        var others = 0;

        var thrown = Record.Exception(() => TorchThreads.Run(3, share =>
        {
            if (share == 1)
            {
                throw new InvalidOperationException("share 1");
            }

            Interlocked.Increment(ref others);
        }));

        Assert.Contains("share 1", (thrown as AggregateException)?.InnerException?.Message ?? thrown!.Message, StringComparison.Ordinal);
        Assert.Equal(2, others);
    }
}
