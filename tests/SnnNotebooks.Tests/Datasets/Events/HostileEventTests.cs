using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Events;

/// <summary>Bytes that are cut, changed or made up: a typed refusal or consistent events, in bounded memory.</summary>
public sealed class HostileEventTests : IDisposable
{
    private const long MemoryLimit = 64 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(EventSamples.Names), MemberType = typeof(EventSamples))]
    public void A_file_cut_anywhere_is_refused_or_gives_the_events_before_the_cut(string name)
    {
        var whole = EventSamples.All[name];
        var refused = 0;
        for (var length = 0; length < whole.Length; length++)
        {
            var path = EventSamples.Write(folder.Path, name, whole[..length]);
            try
            {
                var recording = EventRecording.Load(path);

                // the last number of a text may be cut, too: a remark says that its line has no end
                var isOpen = Path.GetExtension(name) is ".csv" or ".txt" && whole[length - 1] != '\n';
                for (var i = 0; i < recording.Count - (isOpen ? 1 : 0); i++)
                {
                    Assert.Equal(EventSamples.Events[i].Time, recording.Times[i]);
                }
            }
            catch (EventFileException refusal)
            {
                refused++;
                Assert.Equal(path, refusal.File);
                Assert.InRange(refusal.Offset, 0, length);
                Assert.StartsWith($"{path}, offset {refusal.Offset}: ", refusal.Message, StringComparison.Ordinal);
            }
        }

        // all within a header, an event or a packet; between events of Event Stream there are many bytes that only let time pass
        Assert.True(refused > (name.EndsWith(".es", StringComparison.Ordinal) ? 80 : whole.Length / 2),
            $"{refused} of {whole.Length} cuts were refused");
    }

    [Theory]
    [MemberData(nameof(EventSamples.Names), MemberType = typeof(EventSamples))]
    public void Random_damage_is_refused_or_gives_consistent_events(string name)
    {
        var whole = EventSamples.All[name];
        var random = new Random(name.Length + whole.Length);
        var path = Path.Combine(folder.Path, name);
        var taken = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 400;
        for (var round = 0; round < Rounds; round++)
        {
            File.WriteAllBytes(path, Damage(whole, random));
            try
            {
                using var reader = EventReader.Open(path);
                for (var block = new EventBlock(256); reader.Read(block);)
                {
                    Assert.False(block.On.ContainsAnyExceptInRange((byte)0, (byte)1));
                }

                taken++;
            }
            catch (EventFileException refusal)
            {
                Assert.InRange(refusal.Offset, 0, new FileInfo(path).Length);
            }
        }

        // PureHDF makes room for an attribute before it reads it
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0,
            name.Contains(".h", StringComparison.Ordinal) ? MemoryLimit : 4 << 20);
        Assert.InRange(taken, 1, Rounds); // some damage is none: the low bits of a time
    }

    [Theory]
    [InlineData("x.aedat", "#!AER-DAT1.0\r\n", "AEDAT version '1.0'")]
    [InlineData("x.aedat", "#!AER-DAT9.9\r\n", "AEDAT version '9.9'")]
    [InlineData("x.aedat", "#!AER-DAT", "ends inside a line of its header")]
    [InlineData("x.aedat", "#!AER-DAT2.0\n# AEChip: eu.some.NewChip\n", "its chip is 'NewChip'")]
    [InlineData("x.aedat", "#!AER-DAT3.1\r\n#Format: RAW\r\n", "#!END-HEADER")]
    [InlineData("x.aedat", "hello", "does not start like an event recording")]
    [InlineData("x.raw", "% Date 2020\n", "names no encoding")]
    [InlineData("x.raw", "% evt 4.0\n", "its encoding is 'EVT4.0'")]
    [InlineData("x.raw", "", "the file is empty")]
    [InlineData("x.dat", "% Version 7\n", "DAT version '7'")]
    [InlineData("x.dat", "% Version 2\n\u000e\u0008", "events of kind 14")]
    [InlineData("x.dat", "% Version 2\n\u0000\u0010", "and 16 bytes")]
    [InlineData("x.es", "Event Stream\u0001\u0000\u0000\u0001", "Event Stream version 1.0.0")]
    [InlineData("x.es", "Event Stream\u0002\u0000\u0000\u0003", "of kind 3")]
    [InlineData("x.es", "Event Stream\u0002\u0000\u0000\u0001\u0000\u0000\u0005\u0000", "0 x 5 pixels")]
    [InlineData("x.bin", "1234567", "2 bytes are left")]
    public void What_is_wrong_with_a_beginning_is_said(string name, string content, string said)
    {
        var path = EventSamples.Write(folder.Path, name, Encoding.Latin1.GetBytes(content));

        Assert.Contains(said, Assert.Throws<EventFileException>(() => EventSummary.Of(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_outside_the_stated_sensor_are_refused()
    {
        var path = EventSamples.Write(
            folder.Path, "outside.es", [.. "Event Stream"u8, 2, 0, 0, 1, 10, 0, 10, 0, 2, 9, 0, 9, 0, 2, 3, 0, 10, 0]);

        Assert.Contains("event 1 from here is at column 3, row 10, outside the sensor of 10 x 10",
            Assert.Throws<EventFileException>(() => EventSummary.Of(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disturbed_words_of_a_camera_are_left_out_and_remarked()
    {
        var path = EventSamples.Write(folder.Path, "disturbed.raw",
            [.. "% evt 2.0\n% geometry 34x34\n"u8, 0, 0, 0, 0x80, 5, 0x18, 0, 0x10, 34, 0x18, 0, 0x10, 6, 0x18, 0, 0x10]);
        var summary = EventSummary.Of(path);

        Assert.Equal((2, 34, 34), (summary.Events, summary.Size.Width, summary.Size.Height));
        Assert.Equal(["1 events lie outside the sensor of 34 x 34 and are left out"], summary.Remarks);

        // whole blocks of nothing else do not end the recording
        var disturbed = EventSamples.Write(
            folder.Path, "all.raw", [.. "% evt 2.0\n% geometry 34x34\n"u8, 0, 0, 0, 0x80,
                .. Enumerable.Repeat<byte[]>([34, 0x18, 0, 0x10], 60_000).SelectMany(word => word), 5, 0x18, 0, 0x10]);
        Assert.Equal(1, EventSummary.Of(disturbed).Events);
    }

    [Fact]
    public void Absurd_sizes_are_refused_without_allocating_for_them()
    {
        var aedat31 = Encoding.ASCII.GetBytes("#!AER-DAT3.1\r\n#!END-HEADER\r\n");
        var aedat4 = EventSamples.Aedat4(0, bytes => bytes);
        var payload = new byte[] { 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 254 };
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("a.aedat", [.. aedat31, 1, 0, 1, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127, 255, 255, 255, 127, 0, 0, 0, 0]),
            ("b.aedat", [.. aedat31, 1, 0, 1, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 127, 0, 0, 0, 0]),
            ("c.aedat", [.. aedat31, 2, 0, 1, 0, 255, 255, 255, 127, 4, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("a.aedat4", [.. Encoding.ASCII.GetBytes("#!AER-DAT4.0\r\n"), 255, 255, 255, 127]),
            ("b.aedat4", [.. aedat4, 3, 0, 0, 0, 255, 255, 255, 3]),
            ("c.aedat4", [.. aedat4, 3, 0, 0, 0, 255, 255, 255, 127]),
            ("d.aedat4", [.. aedat4, 3, 0, 0, 0, 255, 255, 255, 255]),
            ("a.es", [.. "Event Stream"u8, 2, 0, 0, 0, .. payload]),
            ("b.es", [.. "Event Stream"u8, 2, 0, 0, 0, 0, 255, 255, 255, 254]),
        })
        {
            var path = EventSamples.Write(folder.Path, name, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<EventFileException>(() => EventSummary.Of(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryLimit);
        }
    }

    [Fact]
    public void A_packet_that_unpacks_without_end_is_stopped()
    {
        var bomb = EventSamples.Lz4(new byte[200 << 20]);
        var file = EventSamples.Aedat4(1, EventSamples.Lz4);
        var path = EventSamples.Write(folder.Path, "bomb.aedat4", [.. file, 3, 0, 0, 0, .. BitConverter.GetBytes(bomb.Length), .. bomb]);

        Assert.Contains("unpacks to more than", Assert.Throws<EventFileException>(() => EventSummary.Of(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_with_more_events_than_allowed_is_refused()
    {
        foreach (var name in new[] { "two.dat", "evt3.raw" })
        {
            var path = EventSamples.Write(folder.Path, name);
            Assert.Equal(17, EventRecording.Load(path, mostEvents: 17).Count);
            Assert.Contains("more than 16 events",
                Assert.Throws<EventFileException>(() => EventRecording.Load(path, mostEvents: 16)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                default:
                    var length = Math.Min(random.Next(1, 9), bytes.Length - at);
                    bytes = random.Next(2) == 0 && bytes.Length > length + 1
                        ? [.. bytes[..at], .. bytes[(at + length)..]]
                        : [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }
}
