using SnnNotebooks.Layers.Pooling;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class MaxPool2x2Tests
{
    [Theory]
    [InlineData(new long[] { 2, 3, 2, 2 })]
    [InlineData(new long[] { 3, 5, 7, 9 })]
    [InlineData(new long[] { 4, 2, 3, 28, 28 })]
    [InlineData(new long[] { 2, 16, 33 })]
    [InlineData(new long[] { 64, 32, 34, 50 })]
    public void It_is_libtorchs_pooling_to_the_bit_with_ties_and_NaN(long[] shape)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // few different values: most windows are tied
        var values = randint(-1, 2, shape).to(ScalarType.Float32);
        values.masked_fill_(rand(shape).lt(0.05), float.NaN).masked_fill_(rand(shape).lt(0.05), float.NegativeInfinity);
        var (ours, theirs) = (values.clone().requires_grad_(), values.clone().requires_grad_());
        using var pool = new MaxPool2x2();

        var found = pool.call(ours);
        var planes = theirs.view(-1, 1, shape[^2], shape[^1]);
        var expected = nn.functional.max_pool2d(planes, 2).view(found.shape);
        var gradient = randn(found.shape);
        found.backward([gradient]);
        expected.backward([gradient]);

        Assert.Equal(expected.bytes.ToArray(), found.bytes.ToArray());
        Assert.Equal(theirs.grad!.contiguous().bytes.ToArray(), ours.grad!.contiguous().bytes.ToArray());
    }

    [Fact]
    public void Strided_input_double_precision_and_no_gradient_are_taken()
    {
        using var scope = NewDisposeScope();
        using var pool = new MaxPool2x2();
        var values = rand(6, 5, 8, 10);

        Assert.True(
            pool.call(values.transpose(2, 3)).bytes.SequenceEqual(nn.functional.max_pool2d(values.transpose(2, 3), 2).contiguous().bytes));
        Assert.Equal(ScalarType.Float64, pool.call(values.to(ScalarType.Float64).unsqueeze(0)).dtype);
        Assert.Equal([1, 6, 5, 4, 5], pool.call(values.to(ScalarType.Float64).unsqueeze(0)).shape);
        Assert.False(pool.call(values).requires_grad);
        Assert.Contains("[6, 5, 8, 1]", Assert.Throws<ArgumentException>(() => pool.call(values.narrow(3, 0, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var pool = new MaxPool2x2();
        var values = randn(64, 8, 30, 30);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = pool.call(values);
            set_num_threads(2);
            Assert.True(one.bytes.SequenceEqual(pool.call(values).bytes));
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
