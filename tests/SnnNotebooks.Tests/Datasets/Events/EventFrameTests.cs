using SnnNotebooks.Conformance;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Events;

public sealed class EventFrameTests
{
    [SharedFact("golden/spikingjelly/sjhead_events.npz")]
    public void SpikingJellys_segments_frames_and_raw_files_are_matched_in_both_versions()
    {
        var suite = ConformanceSuites.All.Single(suite => suite.Claims("sj014_events.npz"));
        foreach (var version in new[] { "014", "head" })
        {
            var results = suite.Run(Repository.SharedPath($"golden/spikingjelly/sj{version}_events.npz")!).ToList();
            Assert.Equal(47, results.Count);
            Assert.All(results, result => Assert.True(result.Outcome == ConformanceOutcome.Passed, $"{result.Case}: {result.Detail}"));
        }
    }

    [Fact]
    public void Rules_on_a_recording_without_events_give_empty_frames()
    {
        using var scope = NewDisposeScope();
        var nothing = new EventRecording(3, 2, [], [], [], []);

        Assert.Equal([4, 2, 2, 3], EventFrames.Of(nothing, FrameRule.Number(4)).shape);
        Assert.Equal([4, 2, 2, 3], EventFrames.Of(nothing, FrameRule.Time(4)).shape);
        Assert.Equal(0, EventFrames.Of(nothing, FrameRule.Time(4)).sum().item<float>());
        Assert.Equal([0, 2, 2, 3], EventFrames.Of(nothing, FrameRule.Duration(10, SpikingJellyVersion.Release014)).shape);
        Assert.Empty(EventSegments.TonicTimeWindows(nothing, 10));
        Assert.Equal([0..0, 0..0], EventSegments.TonicTimeBins(nothing, 2));
        Assert.Equal([0..0], EventSegments.TonicEventCounts(nothing, 5));
    }

    [Fact]
    public void Events_of_one_time_are_kept_by_every_rule()
    {
        var burst = At(7, 7, 7, 7, 7);

        Assert.Equal([0..1, 1..2, 2..5], EventSegments.ByNumber(burst, 3));
        Assert.Equal([0..0, 0..0, 0..5], EventSegments.ByTime(burst, 3));
        Assert.Equal([0..5], EventSegments.ByDuration(burst, 10, SpikingJellyVersion.Head)); // SpikingJelly fails here
        Assert.Equal([0..5], EventSegments.ByDuration(burst, 10, SpikingJellyVersion.Release014));
    }

    /// <summary>The greedy windows include both ends and leave gaps; the grid does not, but for its last cell.</summary>
    [Fact]
    public void The_two_rules_of_fixed_duration_differ()
    {
        var events = At(0, 10, 11, 25, 40);

        Assert.Equal([0..2, 2..3, 3..4, 4..5], EventSegments.ByDuration(events, 10, SpikingJellyVersion.Release014));
        Assert.Equal([0..1, 1..3, 3..4, 4..5], EventSegments.ByDuration(events, 10, SpikingJellyVersion.Head));
    }

    /// <summary>Worked out by hand from Tonic's definitions: windows start at the first event, end before their end.</summary>
    [Fact]
    public void Tonics_rules_are_as_defined()
    {
        var events = At(100, 110, 120, 130, 140, 155);

        Assert.Equal([0..2, 2..4], EventSegments.TonicTimeWindows(events, 20));
        Assert.Equal([0..2, 2..4, 4..6], EventSegments.TonicTimeWindows(events, 20, includeIncomplete: true));
        Assert.Equal([0..2, 1..3, 2..4, 3..5], EventSegments.TonicTimeWindows(events, 20, overlap: 10));
        Assert.Equal([0..6], EventSegments.TonicTimeWindows(events, 1000));
        Assert.Equal([0..4], EventSegments.TonicEventCounts(events, 4));
        Assert.Equal([0..4, 4..6], EventSegments.TonicEventCounts(events, 4, includeIncomplete: true));
        Assert.Equal([0..4, 2..6], EventSegments.TonicEventCounts(events, 4, overlap: 2));
        Assert.Equal([0..3, 3..5], EventSegments.TonicTimeBins(events, 2)); // 55 // 2 = 27: the event at 155 is beyond the last bin
        Assert.Equal([0..2, 2..4, 4..6], EventSegments.TonicEventBins(events, 3));
        Assert.Equal([0..3, 1..4, 2..5], EventSegments.TonicEventBins(events, 3, overlap: 0.5));
    }

    [Fact]
    public void Every_rule_has_a_key_of_its_own_and_cuts_as_its_segments_say()
    {
        using var scope = NewDisposeScope();
        var events = At(100, 110, 120, 130, 140, 155);
        FrameRule[] rules =
        [
            FrameRule.Number(3), FrameRule.Number(4), FrameRule.Time(3), FrameRule.Duration(
                20, SpikingJellyVersion.Release014), FrameRule.Duration(20, SpikingJellyVersion.Head),
            FrameRule.TonicTimeWindow(20), FrameRule.TonicTimeWindow(20, 10), FrameRule.TonicTimeWindow(
                20, includeIncomplete: true), FrameRule.TonicEventCount(4),
            FrameRule.TonicEventCount(4, 2), FrameRule.TonicTimeBins(2), FrameRule.TonicEventBins(3), FrameRule.TonicEventBins(3, 0.5),
        ];

        Assert.Equal(rules.Length, rules.Select(rule => rule.Key).Distinct().Count());
        Assert.Equal([2, 2], EventFrames.Of(events, FrameRule.TonicTimeWindow(20)).sum([1, 2, 3]).data<float>().ToArray());
        Assert.Equal([3, 2], EventFrames.Of(events, FrameRule.TonicTimeBins(2)).sum([1, 2, 3]).data<float>().ToArray());
        Assert.Equal([3, 3, 3], EventFrames.Of(events, FrameRule.TonicEventBins(3, 0.5)).sum([1, 2, 3]).data<float>().ToArray());
    }

    /// <summary>Late by a packet, falling at the end, and backwards: five events that must all be in the frames.</summary>
    [Theory]
    [InlineData(new long[] { 0, 1000, 9000, 2000, 3000 })]
    [InlineData(new long[] { 3000, 0, 4000, 1000, 2000 })]
    [InlineData(new long[] { 4000, 3000, 2000, 1000, 0 })]
    public void Events_out_of_order_are_in_frames_once_and_refused_where_ranges_cannot_hold_them(long[] times)
    {
        using var scope = NewDisposeScope();
        var events = At(times);
        foreach (var rule in new[]
        {
            FrameRule.Number(2), FrameRule.Time(1), FrameRule.Time(3), FrameRule.Duration(
                1000, SpikingJellyVersion.Head), FrameRule.Duration(1000, SpikingJellyVersion.Release014),
            FrameRule.TonicTimeWindow(1000, 0, true), FrameRule.TonicEventCount(2, 0, true),
        })
        {
            Assert.Equal(5, EventFrames.Of(events, rule).sum().item<float>());
            Assert.Equal(EventFrames.Of(events.Ordered(), rule).data<float>().ToArray(),
                EventFrames.Of(events, rule).data<float>().ToArray());
        }

        Assert.False(events.IsAscending);
        Assert.Equal(times.Order(), events.Ordered().Times.ToArray());
        Assert.Contains("Ordered", Assert.Throws<ArgumentException>(() => EventSegments.ByTime(events, 2)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EventSegments.ByDuration(events, 10, SpikingJellyVersion.Head));
        Assert.Throws<ArgumentException>(() => EventSegments.TonicTimeWindows(events, 10));
        Assert.Throws<ArgumentException>(() => EventSegments.TonicTimeBins(events, 2));
        Assert.Throws<ArgumentException>(() => TimeSurface.AroundEvents(events, 1, 10));
        Assert.Equal(TimeSurface.At(events.Ordered(), [5000], 100).data<float>().ToArray(),
            TimeSurface.At(events, [5000], 100).data<float>().ToArray());
        Assert.Equal(times.Count(time => time is >= 1000 and < 4000), events.Between(1000, 4000).Count);
    }

    [Fact]
    public void A_summary_of_events_out_of_order_has_the_earliest_and_the_latest_time_and_says_so()
    {
        using var folder = new TestSupport.TemporaryFolder();
        var path = folder.File("x.bin");
        File.WriteAllBytes(
            path, [.. new[] { 3000, 0, 4000, 1000, 2000 }.SelectMany(
                time => new byte[] { 1, 2, (byte)(time >> 16), (byte)(time >> 8), (byte)time })]);
        var summary = EventSummary.Of(path);

        Assert.Equal((0, 4000), (summary.FirstTime, summary.LastTime));
        Assert.Contains("not in order", Assert.Single(summary.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_that_do_not_move_on_and_absurd_numbers_of_frames_are_refused()
    {
        var events = At(0, long.MaxValue / 2);

        Assert.Throws<ArgumentException>(() => EventSegments.TonicTimeWindows(events, 10, 10));
        Assert.Throws<ArgumentException>(() => EventSegments.TonicEventCounts(events, 2, 2));
        Assert.Throws<ArgumentException>(() => EventSegments.TonicTimeWindows(events, 1));
        Assert.Throws<ArgumentException>(() => EventSegments.ByDuration(events, 1, SpikingJellyVersion.Head));
        Assert.Throws<ArgumentOutOfRangeException>(() => EventSegments.ByNumber(events, 0));
        Assert.Throws<ArgumentException>(() => EventFrames.Of(new EventRecording(60_000, 60_000, [1], [1], [1], [1]), FrameRule.Number(1)));
    }

    [Fact]
    public void Release_014_drops_the_last_event_of_a_segment_without_end()
    {
        using var scope = NewDisposeScope();
        var events = At(1, 2, 3);

        Assert.Equal(3, EventFrames.OfSegment(events).sum().item<float>());
        Assert.Equal(2, EventFrames.OfSegment(events, version: SpikingJellyVersion.Release014).sum().item<float>());
        Assert.Equal(2, EventFrames.OfSegment(events, 1..3, SpikingJellyVersion.Release014).sum().item<float>());
    }

    [Fact]
    public void Time_surfaces_decay_from_the_last_event_of_each_pixel_and_polarity()
    {
        using var scope = NewDisposeScope();
        var events = new EventRecording(3, 2, [100, 200, 300, 300], [0, 1, 0, 2], [0, 1, 0, 1], [1, 0, 1, 1]);
        var surfaces = TimeSurface.At(events, [50, 250, 400], tau: 100);

        Assert.Equal([3, 2, 2, 3], surfaces.shape);
        Assert.Equal(0, surfaces[0].sum().item<float>());
        Assert.Equal(Math.Exp(-1.5), surfaces[1, 1, 0, 0].item<float>(), 6);
        Assert.Equal(Math.Exp(-0.5), surfaces[1, 0, 1, 1].item<float>(), 6);
        Assert.Equal(Math.Exp(-1), surfaces[2, 1, 0, 0].item<float>(), 6);
        Assert.Equal(Math.Exp(-2), surfaces[2, 0, 1, 1].item<float>(), 6);
        Assert.Equal(3, surfaces[2].ne(0).sum().item<long>());

        var around = TimeSurface.AroundEvents(events, radius: 1, tau: 100);
        Assert.Equal([4, 2, 3, 3], around.shape);
        Assert.Equal(1, around[1, 0, 1, 1].item<float>()); // itself
        Assert.Equal(Math.Exp(-1), around[1, 1, 0, 0].item<float>(), 6); // up and to the left, 100 us before
        Assert.Equal(Math.Exp(-1), around[3, 0, 1, 0].item<float>(), 6); // to the left, 100 us before
        Assert.Throws<ArgumentException>(() => TimeSurface.At(events, [2, 1], 100));
        Assert.Throws<ArgumentException>(() => TimeSurface.At(events, [1], 0));
    }

    [Fact]
    public void Sequences_of_different_length_become_one_batch_and_a_mask()
    {
        using var scope = NewDisposeScope();
        var (batch, lengths) = FrameBatch.Pad([ones(2, 3), ones(4, 3)]);

        Assert.Equal([4, 2, 3], batch.shape);
        Assert.Equal([2, 4], lengths);
        Assert.Equal(18, batch.sum().item<float>());
        Assert.Equal([true, true, true, true, false, true, false, true], FrameBatch.Mask(lengths).data<bool>().ToArray());
        Assert.Throws<ArgumentException>(() => FrameBatch.Pad([ones(2, 3), ones(2, 4)]));
    }

    [Fact]
    public void Frames_are_kept_under_content_and_rule_and_damage_is_mended()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var cache = new FrameCache(folder.File("cache"));
        var path = EventSamples.Write(folder.Path, "atis.bin");
        var rule = FrameRule.Number(4);
        var expected = EventFrames.Of(EventRecording.Load(path), rule);
        Tensor Frames(FrameRule by) => cache.Frames(path, by);

        Assert.True(Frames(rule).equal(expected).all().item<bool>());
        var kept = Assert.Single(Directory.GetFiles(folder.File("cache")));
        Assert.Equal(cache.FileOf(path, rule), kept);
        Assert.True(Frames(rule).equal(expected).all().item<bool>());
        Assert.Equal([3, 2, 34, 34], Frames(FrameRule.Number(3)).shape);
        Frames(FrameRule.Time(4));
        Frames(FrameRule.Duration(100, SpikingJellyVersion.Head));
        Frames(FrameRule.Duration(100, SpikingJellyVersion.Release014));
        Assert.Equal(5, Directory.GetFiles(folder.File("cache")).Length);

        foreach (var damage in new Func<byte[], byte[]>[] { bytes => bytes[..^1], bytes => [], bytes => [.. bytes[..^1], 9],
            bytes => [.. bytes[..8], 255, 255, 255, 255, .. bytes[12..]] })
        {
            File.WriteAllBytes(kept, damage(File.ReadAllBytes(kept)));
            Assert.True(Frames(rule).equal(expected).all().item<bool>());
        }

        File.WriteAllBytes(path, EventSamples.All["atis.bin"][..10]);
        Assert.Equal(2, Frames(rule).sum().item<float>());
    }

    private static EventRecording At(params long[] times) =>
        new(2, 2, times, new ushort[times.Length], new ushort[times.Length], new byte[times.Length]);
}
