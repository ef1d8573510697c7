using System.IO.Compression;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Exchange;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

public sealed class NirEndToEndTests
{
    [SharedFact("data/nmnist_small/nmnist_small.zip")]
    public void A_network_trained_elsewhere_knows_98_of_100_recordings()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var network = new NirNetwork(
            NirFile.Read(Repository.SharedPath("data/snn_checkpoints/nir/cnn_sinabs.nir")!), new NirOptions(1e-3));
        using var zip = ZipFile.OpenRead(Repository.SharedPath("data/nmnist_small/nmnist_small.zip")!);
        var (right, total) = (0, 0);
        foreach (var entry in zip.Entries.Where(
            entry => entry.FullName.StartsWith("Test/", StringComparison.Ordinal)
                && entry.FullName.EndsWith(".bin", StringComparison.Ordinal)))
        {
            using var inner = NewDisposeScope();
            entry.ExtractToFile(folder.File("recording.bin"), overwrite: true);
            var label = int.Parse(entry.FullName.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
            network.Reset();
            var counts = network.call(Bins(EventRecording.Load(folder.File("recording.bin")))).sum([0]);
            right += counts.argmax().item<long>() == label ? 1 : 0;
            total++;
            if (entry.FullName == "Test/7/00001.bin")
            {
                Assert.Equal([0f, 23f, 2f, 0f, 0f, 0f, 0f, 290f, 0f, 0f], counts.data<float>().ToArray());
            }
        }

        Assert.Equal((98, 100), (right, total));
    }

    [Fact]
    public void A_trained_network_goes_to_a_file_and_to_a_graph_and_fires_the_same_spikes()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(3);
        using var network = new ConvSnn(new ConvSnnOptions(Channels: 4, Hidden: 12, ImageSize: 12, AveragePooling: true));
        foreach (var parameter in network.parameters().Where(parameter => parameter.dim() > 1))
        {
            parameter.mul_(8); // so that every layer fires
        }

        for (var batch = 0; batch < 40; batch++)
        {
            network.call(rand(16, 1, 12, 12)); // until the running statistics are those of the data
            Functional.Reset(network);
        }

        network.eval();
        network.Save(folder.File("net.safetensors"));
        using var loaded = ConvSnn.Load(folder.File("net.safetensors"));
        var images = rand(5, 1, 12, 12);
        var expected = network.Spikes(images).Output;
        Functional.Reset(network);
        Assert.True(expected.sum().item<float>() > 0, "the network is silent, so that the test shows nothing");
        Assert.True(expected.equal(loaded.Spikes(images).Output).all().item<bool>());

        // normalisation is folded into the weights, which rounds differently: a spike may move where a potential is at the threshold
        NirFile.Write(folder.File("net.nir"), NirExporter.Export(loaded, [1, 12, 12], new NirExportOptions()));
        using var graph = new NirNetwork(NirFile.Read(folder.File("net.nir")), new NirOptions(1e-3));
        Assert.True(expected.ne(graph.call(TimeRepeat.Repeat(images, 4))).sum().item<long>() <= 1);
    }

    [Fact]
    public void A_file_of_another_network_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var linear = nn.Linear(2, 2);
        using (var checkpoint = Checkpoint.Of(linear))
        {
            checkpoint.Write(folder.File("other.safetensors"));
        }

        Assert.Contains("ConvSnn.Save", Assert.Throws<CheckpointException>(() => ConvSnn.Load(folder.File("other.safetensors"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Bins of 1 ms from time 0: counts [T, 2, 34, 34], OFF and ON.</summary>
    private static Tensor Bins(EventRecording recording)
    {
        var steps = (int)(recording.Times[^1] / 1000) + 1;
        var counts = new float[steps * 2 * 34 * 34];
        for (var i = 0; i < recording.Count; i++)
        {
            counts[(((((int)(recording.Times[i] / 1000) * 2) + recording.On[i]) * 34) + recording.Y[i]) * 34 + recording.X[i]]++;
        }

        return tensor(counts, [steps, 2, 34, 34]);
    }
}
