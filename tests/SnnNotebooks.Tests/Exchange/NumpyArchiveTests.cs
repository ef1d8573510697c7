using System.IO.Compression;
using System.Text;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Exchange;

public sealed class NumpyArchiveTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "golden", "spikingjelly", "sjhead_LIFNode.npz");

    [Fact]
    public void An_archive_that_NumPy_wrote_is_read()
    {
        using var archive = NumpyArchive.Open(Golden);
        using var spikes = archive.Tensor("LIF64_soft_det0_ATan.spike");
        using var zip = ZipFile.OpenRead(Golden);
        using var raw = new MemoryStream();
        using (var entry = zip.GetEntry("LIF64_soft_det0_ATan.spike.npy")!.Open())
        {
            entry.CopyTo(raw);
        }

        Assert.Equal([8L, 32L], spikes.shape);
        Assert.Equal(torch.ScalarType.Float64, spikes.dtype);

        // the values are the end of the file, whatever its header
        Assert.Equal(raw.ToArray()[^(8 * 32 * sizeof(double))..], spikes.bytes.ToArray());
        Assert.Contains("LIFcarry_soft.x0", archive.Names);
    }

    [Theory]
    [InlineData("<f4", "(2,)", 8, torch.ScalarType.Float32)]
    [InlineData("<f8", "()", 8, torch.ScalarType.Float64)]
    [InlineData("<i4", "(1, 2)", 8, torch.ScalarType.Int32)]
    [InlineData("<i8", "(2, 1, 1)", 16, torch.ScalarType.Int64)]
    [InlineData("|u1", "(3,)", 3, torch.ScalarType.Byte)]
    [InlineData("|b1", "(0, 7)", 0, torch.ScalarType.Bool)]
    [InlineData("<f2", "(3, 2L)", 12, torch.ScalarType.Float16)]
    [InlineData("|i1", "(3,)", 3, torch.ScalarType.Int8)]
    [InlineData("<i2", "(2,)", 4, torch.ScalarType.Int16)]
    [InlineData("<c8", "(2,)", 16, torch.ScalarType.ComplexFloat32)]
    [InlineData("<c16", "()", 16, torch.ScalarType.ComplexFloat64)]
    public void Every_element_type_and_version_is_read(string type, string shape, int bytes, torch.ScalarType expected)
    {
        using var folder = new TemporaryFolder();
        for (byte version = 1; version <= 3; version++)
        {
            var npy = Npy(type, shape, Enumerable.Range(1, bytes).Select(i => (byte)i).ToArray(), version);
            File.WriteAllBytes(folder.File("a.npy"), npy);
            var array = NumpyArray.Parse(npy, "a");
            using var tensor = array.ToTensor();
            using var file = NumpyArchive.ReadArray(folder.File("a.npy"));
            Assert.Equal((expected, expected), (tensor.dtype, file.dtype));
            Assert.Equal(array.Shape, tensor.shape);
            Assert.Equal(array.Shape, file.shape);
            Assert.Equal(Enumerable.Range(1, bytes).Select(i => (byte)i), tensor.bytes.ToArray());
            Assert.Equal(Enumerable.Range(1, bytes).Select(i => (byte)i), file.bytes.ToArray());
        }
    }

    [Fact]
    public void A_deflated_archive_is_read_and_a_missing_name_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        Write(path, ("x", Npy("<f4", "(1000,)", new byte[4000])));
        using var archive = NumpyArchive.Open(path);
        using var x = archive.Tensor("x");

        Assert.Equal(1000, x.numel());
        Assert.True(new FileInfo(path).Length < 1000);
        Assert.Contains("holds x", Assert.Throws<KeyNotFoundException>(() => archive.Array("y")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|O", "(2,)", 8, "|O")]
    [InlineData("<f3", "(2,)", 6, "<f3")]
    [InlineData("<U0", "(9223372036854775807,)", 0, "<U0")]
    [InlineData("<U536870912", "(1,)", 0, "<U536870912")]
    [InlineData("|S2147483647", "(9223372036854775807, 2)", 8, "does not fit")]
    [InlineData("<f4", "(3,)", 8, "does not fit")]
    [InlineData("<f4", "(9223372036854775807, 9223372036854775807, 9223372036854775807)", 8, "does not fit")]
    [InlineData("<f4", "(99999999999999999999,)", 8, "too large")]
    [InlineData("<f4", "(-1,)", 8, "header")]
    [InlineData("|b1", "(1,)", 1, "truth value")]
    public void What_cannot_be_read_is_refused_and_says_why(string type, string shape, int bytes, string reason)
    {
        var refused = Assert.Throws<InvalidDataException>(
            () => NumpyArray.Parse(Npy(type, shape, Enumerable.Repeat((byte)7, bytes).ToArray()), "a"));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<u2", new byte[] { 1, 2, 255, 255 }, new long[] { 513, 65535 })]
    [InlineData(">u4", new byte[] { 0, 0, 1, 2, 255, 255, 255, 255 }, new long[] { 258, 4294967295 })]
    [InlineData("<u8", new byte[] { 7, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 127 }, new long[] { 7, long.MaxValue })]
    [InlineData(">i2", new byte[] { 255, 254, 0, 3 }, new long[] { -2, 3 })]
    public void Unsigned_and_big_endian_numbers_keep_their_values(string type, byte[] bytes, long[] expected)
    {
        using var tensor = NumpyArray.Parse(Npy(type, "(2,)", bytes), "a").ToTensor();
        using var wide = tensor.to(torch.int64);
        Assert.Equal(expected, wide.data<long>().ToArray());
    }

    [Fact]
    public void A_uint64_beyond_int64_is_refused_as_a_tensor() =>
        Assert.Contains("above the largest int64",
            Assert.Throws<InvalidDataException>(
                () => NumpyArray.Parse(Npy("<u8", "()", [0, 0, 0, 0, 0, 0, 0, 128]), "a").ToTensor()).Message, StringComparison.Ordinal);

    [Fact]
    public void Big_endian_complex_numbers_swap_each_part()
    {
        using var tensor = NumpyArray.Parse(Npy(">c8", "(1,)", [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]), "a").ToTensor();
        Assert.Equal(1, tensor.real.item<float>());
        Assert.Equal(-2, tensor.imag.item<float>());
    }

    [Fact]
    public void Text_is_read_as_text()
    {
        var utf32 = Encoding.UTF32.GetBytes("ab\0ü\0\0");
        var array = NumpyArray.Parse(Npy("<U3", "(2,)", utf32), "a");

        Assert.True(array.IsText);
        Assert.Equal("<U3", array.ElementName);
        Assert.Equal(["ab", "ü"], array.Texts());
        Assert.Equal(["x", "yz"], NumpyArray.Parse(Npy("|S2", "(2,)", "x\0yz"u8.ToArray()), "a").Texts());
        Assert.Contains("holds text", Assert.Throws<InvalidDataException>(() => array.ToTensor()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => NumpyArray.Parse(Npy("<U1", "(1,)", [255, 255, 255, 255]), "a").Texts());
    }

    [Theory]
    [InlineData("{'shape': (2,), 'descr': '<i4', 'fortran_order': False}")]
    [InlineData("{ 'fortran_order':False, 'shape':(2,) , 'descr':'<i4', }")]
    public void Other_writers_headers_are_read(string header)
    {
        var array = NumpyArray.Parse(
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 0, 0, 2, 0, 0, 0], "a");
        using var tensor = array.ToTensor();
        Assert.Equal([1, 2], tensor.data<int>().ToArray());
    }

    [Theory]
    [InlineData("(2, 3)", new byte[] { 0, 1, 2, 10, 11, 12 }, new byte[] { 0, 2, 11, 1, 10, 12 })]
    [InlineData("(6,)", new byte[] { 0, 1, 2, 10, 11, 12 }, new byte[] { 0, 1, 2, 10, 11, 12 })]
    [InlineData("(2, 1, 2)", new byte[] { 0, 1, 2, 3 }, new byte[] { 0, 2, 1, 3 })]
    public void Fortran_order_is_turned(string shape, byte[] stored, byte[] expected)
    {
        using var tensor = NumpyArray.Parse(Npy("|u1", shape, stored, order: "True"), "a").ToTensor();
        Assert.Equal(expected, tensor.bytes.ToArray());
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_but_nothing_else_happens()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        Write(path, ("x", Npy("<f4", "(40,)", Enumerable.Range(0, 160).Select(i => (byte)i).ToArray())));
        var whole = File.ReadAllBytes(path);
        var random = new Random(5);
        var refused = 0;
        for (var trial = 0; trial < 600; trial++)
        {
            var damaged = whole[..(trial % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (var i = 0; i < 3 && damaged.Length > 0; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged);
            try
            {
                using var archive = NumpyArchive.Open(path);
                foreach (var name in archive.Names)
                {
                    archive.Array(name);
                }
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.True(refused > 200, $"only {refused} of 600 were refused");
    }

    [Fact]
    public void An_array_larger_than_allowed_is_not_unpacked()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npz");
        Write(path, ("x", Npy("|u1", "(100000,)", new byte[100000])));
        using var zip = NumpyArchive.Open(path);

        Assert.Equal(100000, zip.Array("x").Shape[0]);
        Assert.Contains("the 1000 allowed", Assert.Throws<InvalidDataException>(() => zip.Array("x", largest: 1000)).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Npy(string type, string shape, byte[] values, byte version = 1, string order = "False")
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. values];
    }

    private static void Write(string path, params (string Name, byte[] Bytes)[] arrays)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in arrays)
        {
            using var entry = zip.CreateEntry(name + ".npy").Open();
            entry.Write(bytes);
        }
    }
}
