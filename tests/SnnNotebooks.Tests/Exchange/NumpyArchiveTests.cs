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
    public void Every_element_type_and_version_is_read(string type, string shape, int bytes, torch.ScalarType expected)
    {
        for (byte version = 1; version <= 3; version++)
        {
            var array = NumpyArray.Parse(Npy(type, shape, Enumerable.Range(1, bytes).Select(i => (byte)i).ToArray(), version), "a");
            using var tensor = array.ToTensor();
            Assert.Equal(expected, tensor.dtype);
            Assert.Equal(array.Shape, tensor.shape);
            Assert.Equal(Enumerable.Range(1, bytes).Select(i => (byte)i), tensor.bytes.ToArray());
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
    [InlineData(">f4", "(2,)", 8, ">f4")]
    [InlineData("|O", "(2,)", 8, "|O")]
    [InlineData("<f4", "(3,)", 8, "does not fit")]
    [InlineData("<f4", "(9223372036854775807, 9223372036854775807, 9223372036854775807)", 8, "does not fit")]
    [InlineData("<f4", "(99999999999999999999,)", 8, "too large")]
    [InlineData("<f4", "(-1,)", 8, "header")]
    [InlineData("|b1", "(1,)", 1, "truth value")]
    public void What_cannot_be_read_is_refused_and_says_why(string type, string shape, int bytes, string reason)
    {
        var refused = Assert.Throws<InvalidDataException>(() => NumpyArray.Parse(Npy(type, shape, Enumerable.Repeat((byte)7, bytes).ToArray()), "a"));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fortran_order_is_refused_with_what_to_do()
    {
        var bytes = Npy("<f4", "(2,)", new byte[8]);
        var turned = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("False", "True ", StringComparison.Ordinal).Replace("True ,", "True, ", StringComparison.Ordinal));
        Assert.Contains("ascontiguousarray", Assert.Throws<InvalidDataException>(() => NumpyArray.Parse(turned, "a")).Message, StringComparison.Ordinal);
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
        Assert.Contains("the 1000 allowed", Assert.Throws<InvalidDataException>(() => zip.Array("x", largest: 1000)).Message, StringComparison.Ordinal);
    }

    private static byte[] Npy(string type, string shape, byte[] values, byte version = 1)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
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
