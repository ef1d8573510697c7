using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Similarity;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

public sealed class SymmetricProductTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(4, 8)]
    [InlineData(118, 2216)]
    [InlineData(121, 1003)]
    [InlineData(700, 261)]
    public void Sums_over_blocks_are_those_of_one_product(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        manual_seed(rows);
        var (first, second) = (randn(rows, columns, ScalarType.Float64), randn(rows, columns, ScalarType.Float64));
        var gram = zeros(rows, rows, ScalarType.Float64);
        SymmetricProduct.AddLower(gram, first);
        SymmetricProduct.AddLower(gram, second);
        SymmetricProduct.Mirror(gram);

        var whole = cat([first, second], 1);
        Assert.InRange((gram - whole.mm(whole.t())).abs().max().item<double>(), 0, 1e-10);
        Assert.Equal(0, (gram - gram.t()).abs().max().item<double>());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 9)]
    [InlineData(17, 300)]
    [InlineData(118, 2216)]
    [InlineData(333, 5000)]
    public void In_float32_sums_are_off_by_what_its_rounding_explains(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        manual_seed(rows);
        var x = randn(rows, columns, ScalarType.Float64);
        var gram = zeros(rows, rows, ScalarType.Float64);
        SymmetricProduct.AddLower(gram, x.to(ScalarType.Float32));
        SymmetricProduct.Mirror(gram);
        var norms = x.square().sum(1, keepdim: true).sqrt();
        var off = ((gram - x.mm(x.t())) / norms / norms.t()).abs().max().item<double>();
        Assert.InRange(off, 1e-10, 5e-7); // of a correlation; float32 has 24 bits, 6e-8
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void Results_do_not_depend_on_the_number_of_threads(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = randn(333, 517, type);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = zeros(333, 333, ScalarType.Float64);
            SymmetricProduct.AddLower(one, x);
            set_num_threads(2);
            var two = zeros(333, 333, ScalarType.Float64);
            SymmetricProduct.AddLower(two, x);
            Assert.InRange((one - two).tril().abs().max().item<double>(), 0,
                Avx2.IsSupported ? 0 : 1e-3); // elsewhere libtorch divides the work
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
