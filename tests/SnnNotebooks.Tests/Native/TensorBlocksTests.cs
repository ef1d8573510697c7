using System.Globalization;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class TensorBlocksTests
{
    private const int Length = 100_003; // of no other test

    public TensorBlocksTests() => TensorBlocks.Keep();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void What_a_tensor_gave_back_goes_to_the_next_one_of_its_size(ScalarType type)
    {
        var (first, second) = (TensorBlocks.Empty([3, Length], type), TensorBlocks.Empty([3, Length], type));
        var (address, other) = (NativeAutograd.Address(first), NativeAutograd.Address(second));
        Assert.NotEqual(address, other);

        first.Dispose();
        using var longer = TensorBlocks.Empty([4, Length], type);
        using var next = TensorBlocks.Empty([Length, 3], type);
        second.Dispose();

        Assert.Equal(address, NativeAutograd.Address(next));
        Assert.NotEqual(address, NativeAutograd.Address(longer));
        Assert.Equal([Length, 3], next.shape);
        Assert.Equal(type, next.dtype);
        Assert.True(next.is_contiguous());
    }

    [Fact]
    public void A_view_or_the_graph_keeps_the_memory_of_its_tensor()
    {
        var tensor = TensorBlocks.Empty([5, Length], ScalarType.Float32);
        var address = NativeAutograd.Address(tensor);
        tensor.fill_(1);
        var weight = ones(1).requires_grad_();
        var view = tensor[4];
        var product = weight * tensor;
        tensor.Dispose();

        using (var other = TensorBlocks.Empty([5, Length], ScalarType.Float32))
        {
            Assert.NotEqual(address, NativeAutograd.Address(other));
            other.fill_(2);
        }

        Assert.Equal(Length, view.sum().item<float>());
        view.Dispose();
        product.sum().backward();
        Assert.Equal(5f * Length, weight.grad!.item<float>());
        product.Dispose();
        using var next = TensorBlocks.Empty([5, Length], ScalarType.Float32);
        Assert.Equal(address, NativeAutograd.Address(next));
    }

    [Theory]
    [InlineData(5L << 20)]
    [InlineData((64L << 20) + 4)]
    public void Large_blocks_are_on_large_pages_and_go_back_to_the_system_when_asked(long bytes)
    {
        var (before, resident) = (TensorBlocks.LentNow, 0L);
        using (var tensor = TensorBlocks.Empty([bytes / sizeof(float)], ScalarType.Float32))
        {
            Assert.Equal(0, NativeAutograd.Address(tensor) % (2 << 20));
            Assert.Equal(before + bytes, TensorBlocks.LentNow);
            tensor.fill_(1);
            resident = Resident();
        }

        TensorBlocks.LetGo();
        Assert.Equal(before, TensorBlocks.LentNow);
        Assert.InRange(Resident(), 0, resident - (bytes / 2));
    }

    [Fact]
    public void A_block_larger_than_all_that_is_kept_goes_back_at_once()
    {
        var before = TensorBlocks.LentNow;
        TensorBlocks.LetGo();
        TensorBlocks.Empty([(1L << 28) + 1024], ScalarType.Float32).Dispose(); // pages that nobody writes to take no memory
        Assert.Equal(before, TensorBlocks.LentNow);
    }

    [Fact]
    public void A_block_that_no_tensor_wanted_for_long_goes_back_to_the_system()
    {
        const long Bytes = 32L << 20;
        TensorBlocks.Empty([Bytes / sizeof(float)], ScalarType.Float32).fill_(1).Dispose();
        var resident = Resident();
        for (var i = 0; i <= 10_001; i++)
        {
            TensorBlocks.Empty([6, Length], ScalarType.Float32).Dispose();
        }

        Assert.InRange(Resident(), 0, resident - (Bytes / 2));
    }

    /// <summary>Of 208 MB that the process can have, 128 are kept for tensors of another size, and 160 are wanted.</summary>
    [Fact]
    public async Task What_is_kept_goes_back_to_the_system_before_a_block_is_refused()
    {
        var (code, output) = await OwnProcess.RunAsync(["limited"]);

        Assert.True(code == 0, output);
        Assert.Contains($"{160 << 20} bytes of spikes", output, StringComparison.Ordinal);
    }

    private static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
