using System.Buffers.Binary;
using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Events;

/// <summary>Words of recordings that are no events, and times that are not what stands there.</summary>
public sealed class RecordedClockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(346, 260)]
    [InlineData(240, 180)]
    [InlineData(640, 480)]
    public void Recordings_of_v2e_name_no_chip_and_come_whole(int width, int height)
    {
        var random = new Random(5);
        var events = Enumerable.Range(0, 3000)
            .Select(i => ((long)i * 7, random.Next(width), random.Next(height), random.Next(2))).ToArray();
        var path = V2e(events, width);
        foreach (var options in new[] { null, new EventFileOptions(Width: width, Height: height) })
        {
            var read = EventRecording.Load(path, threads: 2, options: options);
            Assert.Equal((width, height), (read.Width, read.Height));
            Assert.Equal(
                events, Enumerable.Range(0, read.Count).Select(i => (read.Times[i], (int)read.X[i], (int)read.Y[i], (int)read.On[i])));
        }
    }

    [Fact]
    public void An_AEDAT_2_without_chip_that_nothing_fits_asks_for_the_size()
    {
        string Write(string comment, params uint[] words) =>
            EventSamples.Write(folder.Path, "x.aedat",
                [.. Encoding.ASCII.GetBytes($"#!AER-DAT2.0\r\n# {comment}\r\n"),
                    .. words.SelectMany(word => new[] { word, 5u }).SelectMany(BigEndian)]);

        Assert.Contains("--size", Assert.Throws<EventFileException>(() => EventSummary.Of(Write("something else", 300u << 12))).Message,
            StringComparison.Ordinal);
        Assert.Equal(346, EventSummary.Of(Write("sensor: 346x260", 300u << 12)).Size.Width);
        Assert.Equal(346, EventSummary.Of(Write("recorded with a DAVIS346", 300u << 12)).Size.Width);
        Assert.Contains("are not known here",
            Assert.Throws<EventFileException>(() => EventSummary.Of(Write("sensor: 500x260", 300u << 12))).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            (128, 1L), (EventSummary.Of(Write("CIFAR10-DVS", 0x1234)).Size.Width, EventSummary.Of(Write("CIFAR10-DVS", 0x1234)).Events));
    }

    [Fact]
    public void Overflows_of_the_ATIS_are_no_events_and_make_what_follows_later()
    {
        byte[] Event(int x, int y, int on, int time) => [(byte)x, (byte)y, (byte)((on << 7) | (time >> 16)), (byte)(time >> 8), (byte)time];
        byte[] five = [.. Event(10, 20, 1, 100), .. Event(11, 21, 0, 8000), .. Event(0, 240, 0, 0), .. Event(12, 22, 1, 50),
            .. Event(13, 23, 0, 8100), .. Event(0, 240, 0, 0), .. Event(0, 240, 0, 0), .. Event(14, 24, 1, 5)];
        var small = EventRecording.Load(EventSamples.Write(folder.Path, "small.bin", five));
        Assert.Equal([100, 8000, 8242, 16292, 24581], small.Times.ToArray());
        Assert.Equal([1, 0, 1, 0, 1], small.On.ToArray());

        // in many threads, each of which meets some
        var many = new List<byte>();
        var times = new List<long>();
        for (var i = 0; i < 600_000; i++)
        {
            var overflow = i % 7000 == 6999;
            many.AddRange(overflow ? Event(0, 240, 1, 1) : Event(i % 200, i % 150, i & 1, i % 7000));
            if (!overflow)
            {
                times.Add((i % 7000) + (i / 7000 * 8192L));
            }
        }

        var path = EventSamples.Write(folder.Path, "many.bin", [.. many]);
        foreach (var threads in new[] { 1, 2, 5 })
        {
            Assert.Equal(times, EventRecording.Load(path, threads).Times.ToArray());
            var summary = EventSummary.Of(path, threads);
            Assert.Equal((times.Count, times[0], times[^1]), (summary.Events, summary.FirstTime, summary.LastTime));
        }
    }

    [Fact]
    public void EVT3_measurements_and_triggers_are_no_events_and_a_new_high_time_stands_for_its_beginning()
    {
        EventSummary Of(params int[] words) =>
            EventSummary.Of(EventSamples.Write(
                folder.Path, "x.raw", [.. "% evt 3.0\n"u8, .. words.SelectMany(word => BitConverter.GetBytes((ushort)word))]));

        var measured = Of(0x8001, 0x6000, 0x0005, 0x2001, 0x1005, 0x2002, 0x3000, 0x4003, 0x0005, 0x2004, 0xA001, 0xA000);
        Assert.Equal(2, measured.Events);
        Assert.Equal(["3 exposure measurements are not counted as events"], measured.Remarks);
        Assert.Equal(0, Of(0x8001, 0x6000, 0x2001).Events); // no row yet
        Assert.Equal((0x1234, 0x2000),
            (Of(0x8001, 0x6234, 0x0005, 0x2001, 0x8002, 0x2002).FirstTime, Of(0x8001, 0x6234, 0x0005, 0x2001, 0x8002, 0x2002).LastTime));
        Assert.Equal(0x1234, Of(0x8001, 0x6234, 0x0005, 0x2001, 0x8001, 0x2002).LastTime); // the same one again changes nothing
        Assert.Equal((1L << 24) + 0, Of(0x8800, 0x6000, 0x0005, 0x2001, 0x8000, 0x2002).LastTime); // half of the range back is an overflow
    }

    [Fact]
    public void Colours_of_Event_Stream_have_places_and_times()
    {
        var path = EventSamples.Write(folder.Path, "c.es",
            [.. "Event Stream"u8, 2, 0, 0, 4, 34, 0, 40, 0, 10, 1, 0, 2, 0, 7, 8, 9, 0xFF, 0xFE, 5, 33, 0, 39, 0, 1, 2, 3]);
        var events = EventRecording.Load(path);

        Assert.Equal([10, 10 + 254 + 5], events.Times.ToArray());
        Assert.Equal([(1, 2), (33, 39)], Enumerable.Range(0, 2).Select(i => ((int)events.X[i], (int)events.Y[i])));
        Assert.Contains("colours", Assert.Single(EventSummary.Of(path).Remarks), StringComparison.Ordinal);
        Assert.Throws<EventFileException>(
            () => EventRecording.Load(EventSamples.Write(folder.Path, "cut.es", File.ReadAllBytes(path)[..^1])));
    }

    private static byte[] BigEndian(uint word)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        return bytes;
    }

    /// <summary>As v2e's aedat2_output.py writes it, but for the rows, which it turns as jAER does and this kit's readers do not.</summary>
    private string V2e((long Time, int X, int Y, int On)[] events, int width)
    {
        var (x, y, on) = width == 640 ? (1, 11, 0) : (12, 22, 11);
        return EventSamples.Write(folder.Path, $"v2e{width}.aedat",
        [
            .. Encoding.ASCII.GetBytes(
                "#!AER-DAT2.0\r\n# This is a raw AE data file created by AEDat2Output in v2e (see https://github.com/SensorsINI/v2e) as "
                + "specified at https://inivation.com/\r\n# Timestamps tick is 1 us\r\n"),
            .. events.SelectMany(e => new[] { (uint)(((width - 1 - e.X) << x) | (e.Y << y) | (e.On << on)), (uint)e.Time })
                .SelectMany(BigEndian),
        ]);
    }
}
