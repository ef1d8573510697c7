using System.Buffers.Binary;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;

namespace SnnNotebooks.Tests.Datasets;

public sealed class IdxArrayTests
{
    // the layout as LeCun's page gives it, typed in by hand: 2 x 3 values
    private static readonly byte[] Small = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 20, 21, 255];

    [Fact]
    public void A_file_is_read_row_by_row()
    {
        var array = IdxArray.Parse(Small, "small");

        Assert.Equal([2, 3], array.Shape);
        Assert.Equal([10, 11, 12, 20, 21, 255], array.Values.ToArray());
    }

    [Fact]
    public void What_is_written_is_what_was_read() => Assert.Equal(Small, IdxArray.Parse(Small, "small").ToBytes());

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Small.Length; length++)
        {
            var refusal = Assert.Throws<DatasetException>(() => IdxArray.Parse(Small.AsMemory(0, length), "small"));
            Assert.StartsWith("small ", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_trailing_byte_is_refused() =>
        Assert.Contains("holds 7 values from offset 12; its header [2, 3] says 6", Refusal([.. Small, 0]), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1, "two zero bytes")]
    [InlineData(1, 1, "two zero bytes")]
    [InlineData(2, 0x0d, "type 0x0d (at offset 2); expected unsigned bytes, 0x08")]
    [InlineData(3, 0, "0 axes (at offset 3); expected 1 to 4")]
    [InlineData(3, 255, "255 axes (at offset 3); expected 1 to 4")]
    [InlineData(3, 4, "truncated at offset 18, inside its header of 20 bytes")]
    [InlineData(4, 0x80, "axis 0 the impossible length -2147483646 (at offset 4)")]
    [InlineData(8, 0x7f, "axis 1 the impossible length 2130706435 (at offset 8)")]
    [InlineData(7, 3, "holds 6 values from offset 12; its header [3, 3] says 9")]
    public void A_wrong_byte_of_the_header_is_named(int offset, byte value, string said)
    {
        var bytes = Small.ToArray();
        bytes[offset] = value;

        Assert.Contains(said, Refusal(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xffffffffu, 1u, 1u, 1u)]
    [InlineData(0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu)]
    [InlineData(0x10000u, 0x10000u, 0x10000u, 0x10000u)] // their product is 0 in 64 bits
    [InlineData(0x7fffffffu, 1u, 1u, 1u)]
    [InlineData(0u, 0xffffffffu, 1u, 1u)]
    public void Absurd_counts_are_refused_without_allocating_for_them(uint a, uint b, uint c, uint d)
    {
        var bytes = new byte[20];
        bytes[2] = 8;
        bytes[3] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), a);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), b);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), c);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), d);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DatasetException>(() => IdxArray.Parse(bytes, "absurd"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void An_axis_of_length_zero_gives_an_empty_array()
    {
        var array = IdxArray.Parse(new byte[] { 0, 0, 8, 2, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff }, "empty");

        Assert.Equal([0, int.MaxValue], array.Shape);
        Assert.True(array.Values.IsEmpty);
    }

    [Fact]
    public void Random_damage_is_refused_or_gives_a_consistent_array()
    {
        var random = new Random(20171);
        var (refused, taken) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = random.Next(4) == 0 ? Small[..random.Next(Small.Length)] : Small.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var offset = random.Next(Math.Max(bytes.Length, 1));
                if (offset < bytes.Length)
                {
                    bytes[offset] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(5));
                }
            }

            try
            {
                var array = IdxArray.Parse(bytes, "damaged");
                taken++;
                Assert.Equal(array.Shape.Aggregate(1L, (product, length) => product * length), array.Values.Length);
                Assert.Equal(bytes, array.ToBytes());
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        // both ways must have been taken, or the damage tests nothing
        Assert.True(refused > 1000 && taken > 1000, $"{refused} refused, {taken} taken");
    }

    [Fact]
    public void An_array_whose_values_do_not_fill_its_shape_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => new IdxArray([2, 3], new byte[5]));
        Assert.Throws<ArgumentException>(() => new IdxArray([-1, -5], new byte[5]));
        Assert.Throws<ArgumentException>(() => new IdxArray([], new byte[1]));
        Assert.Throws<ArgumentException>(() => new IdxArray([1, 1, 1, 1, 1], new byte[1]));
    }

    private static string Refusal(byte[] bytes) => Assert.Throws<DatasetException>(() => IdxArray.Parse(bytes, "small")).Message;
}
