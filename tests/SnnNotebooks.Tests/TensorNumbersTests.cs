using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests;

public sealed class TensorNumbersTests
{
    [Fact]
    public void Numbers_of_every_type_are_those_an_accessor_reads()
    {
        Same<bool>(ScalarType.Bool);
        Same<byte>(ScalarType.Byte);
        Same<sbyte>(ScalarType.Int8);
        Same<short>(ScalarType.Int16);
        Same<int>(ScalarType.Int32);
        Same<long>(ScalarType.Int64);
        Same<Half>(ScalarType.Float16);
        Same<float>(ScalarType.Float32);
        Same<double>(ScalarType.Float64);
    }

    [Fact]
    public void A_run_is_copied_and_one_beyond_the_end_is_refused()
    {
        using var tensor = arange(12, dtype: ScalarType.Float32).reshape(3, 4);
        var run = new float[3];

        tensor.CopyNumbers(9, run.AsSpan());

        Assert.Equal([9f, 10, 11], run);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.CopyNumbers(10, run.AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.CopyNumbers(-1, run.AsSpan()));
    }

    [Fact]
    public void Nothing_gives_nothing_and_another_type_is_refused_by_name()
    {
        using var nothing = zeros(0, 3);
        Assert.Empty(nothing.Numbers<float>());

        var refused = Assert.Throws<ArgumentException>(() => nothing.Numbers<double>());
        Assert.Contains("Float32", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Double", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Plain, turned, with gaps, of no axis, and part of a graph.</summary>
    private static void Same<T>(ScalarType type)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var tensor = randint(0, 2, [4, 6]).to(type);
        foreach (var view in new[] { tensor, tensor.t(), tensor.slice(1, 1, 6, 2), tensor[2, 3], tensor.narrow(0, 1, 2) })
        {
            Assert.Equal(view.data<T>().ToArray(), view.Numbers<T>());
        }

        if (tensor.is_floating_point())
        {
            Assert.Equal(tensor.data<T>().ToArray(), tensor.requires_grad_().t().t().Numbers<T>());
        }
    }
}
