using System.Buffers.Binary;
using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Events;

public sealed class EventFormatTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(EventSamples.Names), MemberType = typeof(EventSamples))]
    public void Every_format_gives_the_events_that_were_written(string name)
    {
        var recording = EventRecording.Load(EventSamples.Write(folder.Path, name));

        Assert.Equal(EventSamples.Events, Rows(recording));
    }

    [Theory]
    [InlineData("dvs128.aedat", EventFormat.Aedat2, 128, 128)]
    [InlineData("davis240.aedat", EventFormat.Aedat2, 240, 180)]
    [InlineData("packets.aedat", EventFormat.Aedat31, 128, 128)]
    [InlineData("lz4.aedat4", EventFormat.Aedat4, 34, 34)]
    [InlineData("atis.bin", EventFormat.AtisBin, 34, 34)]
    [InlineData("slayer.bs3", EventFormat.SlayerBs3, 34, 34)]
    [InlineData("two.dat", EventFormat.Dat, 34, 34)]
    [InlineData("evt2.raw", EventFormat.Evt2, 34, 34)]
    [InlineData("evt21.raw", EventFormat.Evt21, 34, 34)]
    [InlineData("evt3.raw", EventFormat.Evt3, 34, 34)]
    [InlineData("dvs.es", EventFormat.EventStream, 34, 34)]
    public void A_summary_tells_format_sensor_counts_and_times(string name, EventFormat format, int width, int height)
    {
        var summary = EventSummary.Of(EventSamples.Write(folder.Path, name));

        Assert.Equal((format, width, height), (summary.Format, summary.Size.Width, summary.Size.Height));
        Assert.Equal((17, 10, 70_300, 9), (summary.Events, summary.FirstTime, summary.LastTime, summary.On));
    }

    [Theory]
    [InlineData("names.csv", EventFormat.Text, 34, 34)]
    [InlineData("metavision.csv", EventFormat.Text, 34, 34)]
    [InlineData("v2e.txt", EventFormat.Text, 34, 34)]
    [InlineData("records.npy", EventFormat.Numpy, 34, 34)]
    [InlineData("columns.npz", EventFormat.Numpy, 34, 34)]
    [InlineData("v2e.h5", EventFormat.Hdf5, 34, 34)]
    [InlineData("prophesee.hdf5", EventFormat.Hdf5, 34, 34)]
    public void A_table_tells_as_much(string name, EventFormat format, int width, int height) =>
        A_summary_tells_format_sensor_counts_and_times(name, format, width, height);

    /// <summary>Column 80 and row 75 are the letters with which zip archives begin; others' marks are as possible.</summary>
    [Theory]
    [InlineData(".bin")]
    [InlineData(".bs2")]
    [InlineData(".bs3")]
    public void A_recording_without_a_mark_may_begin_as_any_other_file_does(string extension)
    {
        byte[][] marks =
        [
            [.. "PK\x3\x4"u8], [.. "PK\x5\x6"u8], [0x93, .. "NUMPY\x1"u8], [0x89, .. "HDF\r\n\x1a\n"u8], [.. "%PK"u8],
            [.. "#!events.txt"u8],
        ];
        foreach (var mark in marks)
        {
            var path = Path.Combine(folder.Path, "first" + extension);
            File.WriteAllBytes(path, [.. mark, .. new byte[35 - mark.Length]]);

            var recording = EventRecording.Load(path);

            Assert.Equal(extension == ".bs3" ? 5 : 7, recording.Count);
        }
    }

    /// <summary>Eight events at a time, with words in between that are none, must give what one at a time gives.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Long_recordings_come_whole_by_any_number_of_threads_and_any_size_of_piece(bool davis)
    {
        var random = new Random(3);
        var expected = new List<(long, int, int, int)>();
        var bytes = new MemoryStream();
        bytes.Write(
            Encoding.ASCII.GetBytes(davis ? "#!AER-DAT2.0\n# AEChip: DAVIS240C\n" : "% Version 2\n% Width 300\n% Height 300\n\f\b"));
        Span<byte> pair = stackalloc byte[8];
        for (var i = 0; i < 530_003; i++)
        {
            var (time, x, y, on) = ((long)(uint)(i * 8_000L), random.Next(240), random.Next(180), random.Next(2));
            if (davis)
            {
                var aps = random.Next(50) == 0 || (i > 100_000 && i < 100_100);
                BinaryPrimitives.WriteUInt32BigEndian(pair, (uint)((y << 22) | ((239 - x) << 12) | (on << 11)) | (aps ? 0x80000000 : 0));
                BinaryPrimitives.WriteUInt32BigEndian(pair[4..], (uint)time);
                if (aps)
                {
                    bytes.Write(pair);
                    continue;
                }
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(pair, (uint)time);
                BinaryPrimitives.WriteUInt32LittleEndian(pair[4..], (uint)(x | (y << 14) | (on << 28)));
            }

            bytes.Write(pair);
            expected.Add((time, x, y, on));
        }

        var path = EventSamples.Write(folder.Path, davis ? "long.aedat" : "long.dat", bytes.ToArray());
        Assert.Equal(expected, Rows(EventRecording.Load(path)));
        Assert.Equal(expected, Rows(EventRecording.Load(path, threads: 3)));
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var summary = EventSummary.Of(path, threads);
            Assert.Equal((expected.Count, expected[0].Item1, expected[^1].Item1, expected.Count(e => e.Item4 == 1)),
                (summary.Events, summary.FirstTime, summary.LastTime, summary.On));
        }

        var pieces = new List<(long, int, int, int)>();
        using var reader = EventReader.Open(path);
        for (var block = new EventBlock(77); reader.Read(block);)
        {
            for (var i = 0; i < block.Count; i++)
            {
                pieces.Add((block.Times[i], block.X[i], block.Y[i], block.On[i]));
            }
        }

        Assert.Equal(expected, pieces);
    }

    [Fact]
    public void A_long_compressed_recording_comes_in_pieces_across_packets()
    {
        var events = Enumerable.Range(0, 50_000).Select(i => ((long)i, i % 34, i % 31, i & 1)).ToList();
        var file = EventSamples.Aedat4(1, EventSamples.Lz4);
        var packet = EventSamples.Lz4(EventSamples.EventPacket(events));
        var recording = EventRecording.Load(
            EventSamples.Write(folder.Path, "more.aedat4", [.. file, 3, 0, 0, 0, .. BitConverter.GetBytes(packet.Length), .. packet]));

        Assert.Equal(events, Rows(recording)[17..]);
    }

    [Fact]
    public void Times_go_on_after_the_counters_of_EVT_start_again()
    {
        var two = EventSamples.Write(folder.Path, "wrap2.raw",
            [.. Encoding.ASCII.GetBytes("% evt 2.0\n"), .. Words(0x8FFFFFFF, 0x00000000, 0x80000000, 0x00000000)]);
        Assert.Equal([((1L << 28) - 1) << 6, 1L << 34], EventRecording.Load(two).Times.ToArray());

        ushort[] words = [0x8FFF, 0x6FFF, 0x0001, 0x2002, 0x8000, 0x6000, 0x2003];
        var three = EventSamples.Write(
            folder.Path, "wrap3.raw", [.. Encoding.ASCII.GetBytes("% evt 3.0\n"), .. words.SelectMany(BitConverter.GetBytes)]);
        Assert.Equal([(1L << 24) - 1, 1L << 24], EventRecording.Load(three).Times.ToArray());
    }

    [Fact]
    public void Vectors_of_EVT3_set_one_pixel_for_each_bit_and_move_the_base()
    {
        // time 1 << 12; row 7; base 100 ON; 12 bits 1000 0000 0101; then 8 bits 1000 0001
        ushort[] words = [0x8001, 0x6000, 0x0007, 0x3864, 0x4805, 0x5081];
        var path = EventSamples.Write(
            folder.Path, "vectors.raw", [.. Encoding.ASCII.GetBytes("% evt 3.0\n"), .. words.SelectMany(BitConverter.GetBytes)]);

        Assert.Equal(
            [(4096, 100, 7, 1), (4096, 102, 7, 1), (4096, 111, 7, 1), (4096, 112, 7, 1), (4096, 119, 7, 1)],
            Rows(EventRecording.Load(path)));
    }

    [Fact]
    public void Words_of_EVT21_hold_up_to_32_pixels_in_either_order_of_halves()
    {
        // time high 1 (64 us), then ON at 2 us: columns 3 and 34 of row 5
        var event32 = (1u << 28) | (2u << 22) | (3u << 11) | 5u;
        var little = EventSamples.Write(folder.Path, "little.raw",
            [.. Encoding.ASCII.GetBytes("% plugin_name hal_plugin_genx320\n% evt 2.1\n"), .. Words(0, 0x80000001, 0x80000001, event32)]);
        var split = EventSamples.Write(
            folder.Path, "split.raw", [.. Encoding.ASCII.GetBytes("% plugin_name hal_plugin_imx636_evk4\n% evt 2.1\n"),
                .. Words(0x80000001, 0, event32, 0x80000001)]);

        Assert.Equal([(66, 3, 5, 1), (66, 34, 5, 1)], Rows(EventRecording.Load(little)));
        Assert.Equal([(66, 3, 5, 1), (66, 34, 5, 1)], Rows(EventRecording.Load(split)));
        Assert.Equal(new SensorSize(320, 320, SensorSizeOrigin.Camera), EventReader.Open(little).Size);
    }

    [Fact]
    public void A_first_event_that_starts_like_a_line_of_the_header_is_an_event()
    {
        // DAVIS: the first byte of the address is '#', row 0x8C; then a byte no text has
        var path = EventSamples.Write(folder.Path, "hash.aedat",
            [.. Encoding.ASCII.GetBytes("#!AER-DAT2.0\n# AEChip: DAVIS240C\n"), 0x23, 0x00, 0x10, 0x00, 0, 0, 0, 10]);

        Assert.Equal([(10, 238, 140, 0)], Rows(EventRecording.Load(path)));
    }

    private static byte[] Words(params uint[] words) => words.SelectMany(BitConverter.GetBytes).ToArray();

    private static List<(long Time, int X, int Y, int On)> Rows(EventRecording recording)
    {
        var rows = new List<(long, int, int, int)>();
        for (var i = 0; i < recording.Count; i++)
        {
            rows.Add((recording.Times[i], recording.X[i], recording.Y[i], recording.On[i]));
        }

        return rows;
    }
}
