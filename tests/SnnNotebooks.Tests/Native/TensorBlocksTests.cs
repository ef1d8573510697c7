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
}
