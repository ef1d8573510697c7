using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;

namespace SnnNotebooks.Tests.Datasets;

public sealed class IdxArrayTests
{
    private static readonly byte[] Small = new IdxArray([2, 1, 3], new byte[] { 1, 2, 3, 4, 5, 6 }).ToBytes();

    [Fact]
    public void What_was_written_is_read()
    {
        var array = IdxArray.Parse(Small, "small");

        Assert.Equal([2, 1, 3], array.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], array.Values.ToArray());
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_by_name()
    {
        for (var length = 0; length < Small.Length; length++)
        {
            Assert.Contains("small", Assert.Throws<DatasetException>(() => IdxArray.Parse(Small.AsMemory(0, length), "small")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_and_never_crash()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 5000; trial++)
        {
            var bytes = (byte[])Small.Clone();
            for (var i = 0; i < 1 + (trial % 4); i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(6, IdxArray.Parse(bytes, "mutated").Values.Length);
            }
            catch (DatasetException refused)
            {
                Assert.Contains("mutated", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Absurd_lengths_are_refused_without_allocating()
    {
        byte[] huge = [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2];

        Assert.Contains("impossible length", Assert.Throws<DatasetException>(() => IdxArray.Parse(huge, "huge")).Message, StringComparison.Ordinal);
    }
}
