using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.Tests.Datasets.Neural;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>
/// A small file cut at every byte, for every reader of files that has no such test of its own (events, images and NIR have): it ends, in
/// little memory, with the reader's own exception or with what the rest of the file really holds.
/// </summary>
public sealed class TruncationTests : IDisposable
{
    private static readonly Dictionary<string, (Func<byte[]> Make, Action<string> Read)> Readers = new()
    {
        ["weights.safetensors"] = (Weights, path => Checkpoint.Read(path).Dispose()),
        ["array.npy"] = (Array, path => NumpyArchive.ReadArray(path).Dispose()),
        ["array.npz"] = (Archive, path =>
        {
            using var archive = NumpyArchive.Open(path);
            archive.Tensor("a").Dispose();
        }),
        ["images.idx"] = (() => new IdxArray([2, 3, 2], new byte[12]).ToBytes(), path => IdxArray.Parse(File.ReadAllBytes(path), path)),
        ["spikes.mat"] = (Spikes, path => MatSpikes.Find(MatFile.Read(path))),
        ["spikes.nwb"] = (Recording, path => NeuralSummary.Of(path)),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Readers.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_cut_anywhere_comes_to_an_end_with_the_readers_own_exception(string name)
    {
        var (make, read) = Readers[name];
        var whole = make();
        var path = folder.File(name);
        File.WriteAllBytes(path, whole);
        read(path);
        var refused = 0;
        Bounded.Run(
            () =>
            {
                for (var length = 0; length < whole.Length; length += name.EndsWith(".nwb", StringComparison.Ordinal) ? 13 : 1)
                {
                    File.WriteAllBytes(path, whole[..length]);
                    try
                    {
                        read(path);
                    }
                    catch (Exception refusal) when (refusal is CheckpointException or DatasetException or InvalidDataException)
                    {
                        refused++;
                        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
                    }
                }
            },
            mostBytes: 1L << 30);
        Assert.True(refused > whole.Length / 20, $"{refused} of {whole.Length} cuts were refused");
    }

    [Fact]
    public void What_is_packed_may_unpack_to_what_is_usual_for_its_size_or_to_what_is_allowed()
    {
        byte[] zeros = EventZeros(80 << 20);
        File.WriteAllBytes(folder.File("zeros.npz"), zeros);
        Bounded.Run(
            () =>
                Assert.Contains("allow more with largest",
                    Assert.Throws<DatasetException>(() => NeuralSummary.Of(folder.File("zeros.npz"))).Message, StringComparison.Ordinal),
                        mostBytes: 32 << 20);
        Assert.IsType<ArraySummary>(NeuralSummary.Of(folder.File("zeros.npz"), largest: 100 << 20));

        var writer = new MatBytes();
        File.WriteAllBytes(folder.File("zeros.mat"),
            writer.File(writer.Packed(writer.Numbers(9, 2, "z", [1, 80 << 20], 0, new byte[80 << 20]))));
        Assert.Contains("allow more with largest",
            Assert.Throws<DatasetException>(() => NeuralSummary.Of(folder.File("zeros.mat"))).Message, StringComparison.Ordinal);
    }

    private static byte[] Weights()
    {
        using var folder = new TemporaryFolder();
        using var values = arange(6);
        Safetensors.Write(folder.File("a"), [("a", values)], new Dictionary<string, string> { ["k"] = "v" });
        return File.ReadAllBytes(folder.File("a"));
    }

    private static byte[] Array()
    {
        using var values = arange(6).reshape(2, 3);
        return NumpyWriter.Bytes(values);
    }

    private static byte[] Archive() => Events.EventSamples.Npz(("a", Array()));

    private static byte[] EventZeros(int bytes) =>
        Events.EventSamples.Npz(("z", Events.EventSamples.Npy("'|u1'", new byte[bytes], $"({bytes},)")));

    private static byte[] Spikes()
    {
        var writer = new MatBytes();
        byte[] Train(params double[] times) => writer.Doubles("", [times.Length, 1], times);
        return writer.File(writer.Packed(writer.Cells("spikes", [1, 2], Train(0.1, 0.2, 0.35), Train(1, 3, 4))));
    }

    private static byte[] Recording()
    {
        using var folder = new TemporaryFolder();
        NwbWriter.Write(folder.File("a.nwb"),
            new NeuralSession("a", [new NeuralUnit(0, "V1", [1, 2, 4]), new NeuralUnit(1, null, [0.5])], []), DateTimeOffset.UnixEpoch);
        return File.ReadAllBytes(folder.File("a.nwb"));
    }
}
