using System.IO.Compression;
using System.Text;
using SnnNotebooks.Exchange;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.NeuroBench;

/// <summary>A network that NeuroBench's example saved whole (tools/golden/esn.py), and files made to do harm.</summary>
public sealed class EchoStateFileTests
{
    private const string Pickle = "esn/data.pkl";

    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "golden", "neurobench", "esn.pth");

    [Fact]
    public void Its_fields_are_read_and_it_learns_its_series_again()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Read(Golden);
        Assert.Equal("0.6", file.Metadata["leakage"]);
        Assert.EndsWith("EchoStateNetwork", file.Metadata["class"], StringComparison.Ordinal);
        Assert.Equal(["Win.weight", "W.weight", "Wout.weight", "input_scale", "reservoir", "reservoir_tr", "prediction_train"],
            file.Tensors.Select(entry => entry.Key));
        using var network = EchoStateNetwork.Read(Golden);
        Assert.Equal(new EchoStateOptions(8, 0.2, 1, 0.5, 0.9, 0.6, 1e-6), network.Options);

        // the states that the file keeps of its training are those that this network passes through
        var tensors = file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value);
        var (states, weights) = (tensors["reservoir_tr"], tensors["Wout.weight"]);
        Assert.True(weights.mm(states.narrow(1, 20, 100)).t().allclose(tensors["prediction_train"], 1e-10, 1e-10));
        var series = Enumerable.Range(0, 121).Select(t => 0.8 + (0.2 * Math.Sin(0.3 * t)) + (0.1 * Math.Sin(0.71 * t))).ToArray();
        Assert.True(states[1].allclose(tensor(series.AsSpan(0, 120).ToArray()), 1e-12, 1e-12));
        var last = full([1, 1], series[^1], ScalarType.Float64);
        var before = network.call(last).item<double>();
        network.Fit(tensor(series));
        Assert.Equal(before, network.call(last).item<double>(), 2e-2); // another warm-up
    }

    [Theory]
    [InlineData("leakage", "leakagf", "not known of it")]
    [InlineData("torch.nn.modules.linear\nLinear\n", "torch.nn.modules.linear\nBilin.\n", "not read")]
    [InlineData("torch.nn.modules.linear\nLinear\n", "os.path.modules.linearx\nsystem\n", "not read")]
    [InlineData("_forward_hooks", "_forward_hookz", "not known of it")]
    [InlineData("reservoir_size", "reservoir_sizf", "not known of it")]
    public void Another_class_or_field_is_refused(string known, string other, string message)
    {
        using var folder = new TemporaryFolder();
        var path = Changed(folder, bytes => Replaced(bytes, known, other));
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => EchoStateNetwork.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_is_refused()
    {
        using var folder = new TemporaryFolder();

        // the value of _forward_hooks: an empty ordered dictionary, h 5 ) R, becomes the flag "true"
        var path = Changed(folder, bytes =>
        {
            var at = bytes.AsSpan().IndexOf("_forward_hooks"u8) + "_forward_hooks".Length + 2;
            return [.. bytes[..at], 0x88, .. bytes[(at + 6)..]];
        });
        Assert.Contains("_forward_hooks", Assert.Throws<CheckpointException>(() => EchoStateNetwork.Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_byte_is_changed_it_is_read_or_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var length = Content().Length;
        var refused = 0;
        for (var place = 0; place < length; place += 5)
        {
            var path = Changed(folder, bytes =>
            {
                bytes[place] ^= (byte)(1 << (place % 8));
                return bytes;
            });
            try
            {
                EchoStateNetwork.Read(path).Dispose();
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, length / 20, length / 5);
    }

    [Fact]
    public void Weights_alone_are_no_such_network()
    {
        using var folder = new TemporaryFolder();
        using var network = new EchoStateNetwork(new EchoStateOptions(4));
        using var weights = Checkpoint.Of(network);
        var path = folder.File("weights.pt");
        weights.WritePyTorch(path);
        Assert.Contains("it has no class", Assert.Throws<CheckpointException>(() => EchoStateNetwork.Read(path)).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Content()
    {
        using var zip = ZipFile.OpenRead(Golden);
        using var stream = zip.GetEntry(Pickle)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] Replaced(byte[] bytes, string known, string other)
    {
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(known));
        Assert.True(at >= 0, known);
        Encoding.ASCII.GetBytes(other).CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>The file with another pickle.</summary>
    private static string Changed(TemporaryFolder folder, Func<byte[], byte[]> change)
    {
        var path = folder.File("changed.pth");
        using var source = ZipFile.OpenRead(Golden);
        using var file = File.Create(path);
        using var target = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var entry in source.Entries)
        {
            using var from = entry.Open();
            using var to = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            if (entry.FullName == Pickle)
            {
                to.Write(change(Content()));
                continue;
            }

            from.CopyTo(to);
        }

        return path;
    }
}
