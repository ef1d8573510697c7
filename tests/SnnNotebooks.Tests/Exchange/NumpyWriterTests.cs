using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

public sealed class NumpyWriterTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void What_is_written_is_read_back(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        foreach (var shape in new long[][] { [], [0], [7], [2, 3], [2, 0, 4], [3, 1, 2, 2] })
        {
            using var scope = NewDisposeScope();
            var written = (rand(shape, dtype: ScalarType.Float64) * 9).to(type);
            NumpyWriter.Write(folder.File("a.npy"), written);
            var read = NumpyArchive.ReadArray(folder.File("a.npy"));
            Assert.Equal(type, read.dtype);
            Assert.Equal(shape, read.shape);
            Assert.True(read.equal(written).all().item<bool>());
        }
    }

    [Fact]
    public void The_values_start_at_a_multiple_of_64_bytes_and_a_view_is_written_in_its_own_order()
    {
        using var scope = NewDisposeScope();
        var view = arange(6, dtype: ScalarType.Float32).reshape(2, 3).t();
        var bytes = NumpyWriter.Bytes(view);
        Assert.Equal(24, bytes.Length % 64);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], NumpyArray.Parse(bytes, "view").ToTensor().data<float>().ToArray());
    }

    [Fact]
    public void A_type_that_has_no_place_is_refused()
    {
        using var half = ones(2, dtype: ScalarType.Float16);
        Assert.Contains("Float16", Assert.Throws<ArgumentException>(() => NumpyWriter.Bytes(half)).Message, StringComparison.Ordinal);
    }
}
