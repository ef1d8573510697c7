using System.Diagnostics;
using SnnNotebooks.Host.Grading;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Times have no upper bound here: a test machine may stand still, too.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task What_uses_the_processor_has_the_limit()
    {
        var clock = Stopwatch.StartNew();
        var time = new TimeLimit(Limit, () => 2 * clock.Elapsed);

        await time.WaitAsync(default);

        Assert.True(clock.Elapsed >= Limit);
        Assert.Equal("it ran longer than 0.2 s", time.Exceeded);
        Assert.Equal((Standstill.None, Standstill.Unstoppable), (time.WhyLate(ended: true), time.WhyLate(ended: false)));
    }

    [Fact]
    public async Task What_waits_has_as_much_as_patience_gives()
    {
        var clock = Stopwatch.StartNew();
        var time = new TimeLimit(Limit, () => TimeSpan.FromMilliseconds(100));

        await time.WaitAsync(default);

        Assert.True(clock.Elapsed >= TimeLimit.Patience * Limit);
        Assert.Equal("it had not ended after 0.6 s, of which it used the processor for 0 s,", time.Exceeded);
        Assert.Equal((Standstill.Waited, Standstill.Waited), (time.WhyLate(ended: true), time.WhyLate(ended: false)));
    }

    [Fact]
    public async Task What_was_used_before_does_not_count()
    {
        var clock = Stopwatch.StartNew();
        var used = TimeSpan.FromHours(1);

        await new TimeLimit(Limit, () => used).WaitAsync(default);

        Assert.True(clock.Elapsed >= TimeLimit.Patience * Limit);
    }

    [Fact]
    public async Task A_source_is_cancelled_when_it_is_over_and_one_that_is_cancelled_ends_the_wait()
    {
        using var source = new CancellationTokenSource();
        await new TimeLimit(Limit, () => TimeSpan.Zero).CancelAsync(source);
        Assert.True(source.IsCancellationRequested);

        await new TimeLimit(TimeSpan.FromDays(1), () => TimeSpan.Zero).CancelAsync(source);
    }
}
