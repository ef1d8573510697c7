using SnnNotebooks.Exchange;
using SnnNotebooks.Similarity;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

public sealed class ResponseMatrixTests
{
    [Theory]
    [InlineData("<f4", false)]
    [InlineData(">f8", false)]
    [InlineData("<f2", true)]
    [InlineData(">i2", true)]
    [InlineData("|u1", false)]
    [InlineData("<u8", true)]
    public void Files_are_read_in_blocks_of_columns(string element, bool fortran)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var values = arange(12, ScalarType.Float64).reshape(3, 4);
        File.WriteAllBytes(folder.File("a.npy"), Npy(element, fortran, "(3, 4)", fortran ? values.t().contiguous() : values));
        using var responses = ResponseMatrix.Open(folder.File("a.npy"));
        Assert.Equal((3, 4), (responses.Rows, responses.Columns));
        Assert.True(responses.ToTensor().Equals(values));
        Assert.True(responses.ReadColumns(1, 2).Equals(values[.., 1..3]));
    }

    [Fact]
    public void A_file_scores_as_its_tensor_does()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (model, neural) = (randn(30, 5, 6, 7, ScalarType.Float32), randn(30, 8));
        File.WriteAllBytes(folder.File("a.npy"), Npy("<f4", false, "(30, 5, 6, 7)", model.to(ScalarType.Float64)));
        using var stored = ResponseMatrix.Open(folder.File("a.npy"));
        using var b = ResponseMatrix.FromTensor(neural);
        foreach (var name in SimilarityMetrics.Names)
        {
            Assert.Equal(SimilarityMetrics.Create(name).Score(model, neural).OrNaN, SimilarityMetrics.Create(name).Score(stored, b).OrNaN);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Tensors_of_any_type_and_layout_are_read_to_the_bit_as_a_copy_and_a_subtraction_give_them(int used)
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            set_num_threads(used);
            manual_seed(1);
            foreach (var width in new[] { 1, 7, 8, 9, 16, 41 })
            {
                var plain = randn(5, width + 2) * 1e3f;
                plain[3, 2] = float.NegativeInfinity;
                foreach (var values in new[]
                {
                    plain, plain.to(ScalarType.Float64), plain.to(ScalarType.Float16), plain.t().contiguous().t(),
                    plain.repeat(1, 2).narrow(1, 1, width + 2), plain.unsqueeze(2),
                })
                {
                    using var responses = ResponseMatrix.FromTensor(values);
                    var expected = values.flatten(1).to(ScalarType.Float64).narrow(1, 2, width);
                    var less = randn(5, 1, ScalarType.Float64);
                    var read = empty(5, width, ScalarType.Float64);
                    responses.ReadLess(read, 2, less);
                    Assert.Equal(0, read.ne(expected - less).sum().item<long>());
                    Assert.Equal(0, responses.ReadColumns(2, width).ne(expected).sum().item<long>());
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Theory]
    [InlineData("<f4", "(3,)", 12)]
    [InlineData("<f4", "(3, 4)", 47)]
    [InlineData("<f4", "(0, 4)", 0)]
    [InlineData("<c8", "(1, 1)", 8)]
    [InlineData("<U4", "(1, 1)", 16)]
    [InlineData("<f8", "(4294967296, 4294967296)", 8)]
    public void What_is_no_matrix_of_responses_is_refused(string element, string shape, int bytes)
    {
        using var folder = new TemporaryFolder();
        var header = Header(element, false, shape);
        File.WriteAllBytes(folder.File("a.npy"), [.. header, .. new byte[bytes]]);
        Assert.Throws<InvalidDataException>(() => ResponseMatrix.Open(folder.File("a.npy")));
        File.WriteAllBytes(folder.File("a.npy"), header[..20]);
        Assert.Throws<InvalidDataException>(() => ResponseMatrix.Open(folder.File("a.npy")));
        Assert.Throws<ArgumentException>(() => ResponseMatrix.FromTensor(zeros(3)));
    }

    private static byte[] Header(string element, bool fortran, string shape)
    {
        var text = $"{{'descr': '{element}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        text = text.PadRight(((10 + text.Length + 64) / 64 * 64) - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. System.Text.Encoding.Latin1.GetBytes(text)];
    }

    private static byte[] Npy(string element, bool fortran, string shape, TorchSharp.torch.Tensor values)
    {
        var bytes = values.data<double>().SelectMany(value => Bytes(element[1..], value, element[0] == '>'));
        return [.. Header(element, fortran, shape), .. bytes];
    }

    private static byte[] Bytes(string type, double value, bool big)
    {
        var bytes = type switch
        {
            "f2" => BitConverter.GetBytes((Half)value),
            "f4" => BitConverter.GetBytes((float)value),
            "f8" => BitConverter.GetBytes(value),
            "i2" => BitConverter.GetBytes((short)value),
            "u8" => BitConverter.GetBytes((ulong)value),
            _ => [(byte)value],
        };
        return big ? [.. bytes.Reverse()] : bytes;
    }
}
