using System.Buffers.Binary;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Events.Formats;

namespace SnnNotebooks.Tests.Datasets.Events;

public sealed class PairLayoutTests
{
    [Theory]
    [InlineData(false, true, 0, 14, 28, 0x3FFF, 0x3FFF, false, -1, 0u)] // DAT
    [InlineData(false, true, 0, 9, 17, 0x1FF, 0xFF, false, -1, 0u)] // DAT, first version
    [InlineData(true, false, 1, 8, 0, 0x7F, 0x7F, true, 127, 0x8000u)] // AEDAT 2.0 of a DVS128
    [InlineData(true, false, 12, 22, 11, 0x3FF, 0x1FF, false, 239, 0x80000400u)] // of a DAVIS
    [InlineData(true, true, 0, 16, 15, 0xFFFF, 0xFFFF, true, 0xFFFF, 0u)]
    public void Many_events_at_a_time_are_decoded_as_one_by_one(
        bool isBigEndian, bool timeFirst, int xShift, int yShift, int polarityShift, uint xMask, uint yMask, bool onIsZero, int mirror,
        uint noEvent)
    {
        var layout = new PairLayout(
            isBigEndian, timeFirst, xShift, xMask, yShift, yMask, polarityShift, onIsZero, mirror < 0 ? null : (uint)mirror, noEvent);
        var random = new Random(1);
        foreach (var count in new[] { 0, 1, 15, 16, 17, 33, 500 })
        {
            var bytes = new byte[(count * PairLayout.Bytes) + 3]; // and a rest
            random.NextBytes(bytes);
            for (var word = 0; word < 2 * count; word++)
            {
                // few words are no events
                var at = bytes.AsSpan(4 * word);
                var value = BinaryPrimitives.ReadUInt32BigEndian(at);
                value = random.Next(40) == 0 ? value : value & ~(isBigEndian ? noEvent : BinaryPrimitives.ReverseEndianness(noEvent));
                BinaryPrimitives.WriteUInt32BigEndian(at, value);
            }

            var (together, single) = (new EventBlock(512), new EventBlock(512));
            const long Base = 1L << 40;
            Assert.Equal(count * PairLayout.Bytes, layout.Decode(bytes, Base, together));
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(PairLayout.Bytes, layout.Decode(bytes.AsSpan(i * PairLayout.Bytes, PairLayout.Bytes), Base, single));
            }

            Assert.True(together.Count == count || noEvent != 0, $"{together.Count} of {count}");
            Assert.Equal(single.Times.ToArray(), together.Times.ToArray());
            Assert.Equal(single.X.ToArray(), together.X.ToArray());
            Assert.Equal(single.Y.ToArray(), together.Y.ToArray());
            Assert.Equal(single.On.ToArray(), together.On.ToArray());
        }
    }
}
