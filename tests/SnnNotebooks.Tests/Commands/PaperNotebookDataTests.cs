using System.Buffers.Binary;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Sources;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Commands;

/// <summary>Papers' notebooks on real formats in official layouts, made small: whole, at the scale quick, two steps.</summary>
public sealed class PaperNotebookDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("spikingformer", "cifar10-dvs")]
    [InlineData("cml", "dvs128-gesture")]
    [InlineData("qkformer", "imagenet")]
    [InlineData("svformer", "dvs128-gesture")]
    public void A_papers_notebook_learns_two_steps_of(string notebook, string data) => Learn(notebook, data);

    [NeedsToolFact("/usr/bin/ffmpeg", "ffmpeg")]
    public void SVFormers_notebook_learns_two_steps_of_UCF101() => Learn("svformer", "ucf101");

    [Fact]
    public void ImageNet_pairs_are_trained_and_compared_with_a_recording_of_scenes()
    {
        OfficialLayouts.Write(folder.Path, "imagenet");
        using var cortex = Recorded("scenes", data => data.Scenes);

        var page = Run(
            "visual-cortex-static", "Data=imagenet", "Partial=true", "Images=4", "PairEpochs=2", "Size=32",
            $"Recording={folder.File("s.nwb")}", $"Scenes={folder.File("scenes")}");

        Assert.Contains("Mean over 6 areas of a mouse", page, StringComparison.Ordinal);
        Assert.Contains("trained here on imagenet: 2 epochs, 4 inputs", page, StringComparison.Ordinal);
    }

    [Fact]
    public void LoRaFB_SNet_with_weights_from_a_file_sees_a_recorded_movie()
    {
        using var cortex = Recorded("movie", data => data.Movie);
        using (var network = new LoRaFBNet(new LoRaFBOptions()))
        {
            Louder(network);
            using var weights = Checkpoint.Of(network, network.TimeSteps);
            weights.Write(folder.File("weights/lorafb_snet18_c101.safetensors"));
        }

        var page = Run("visual-cortex-movie", "Size=32", $"WeightsFolder={folder.File("weights")}", $"Recording={folder.File("s.nwb")}",
            $"Movie={folder.File("movie")}");

        Assert.Contains("one session, 6 areas, 30 frames of 32 pixels; weights of", page, StringComparison.Ordinal);
        Assert.Matches(@"TSRSA -?0\.[0-9]{3}, loss when all frames are shuffled -?[0-9.]+ %", page);
    }

    /// <summary>Random weights leave a small network silent: its normalisations amplify until something spikes.</summary>
    private static void Louder(LoRaFBNet network)
    {
        using var off = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (parameter.dim() == 1 && name.EndsWith(".weight", StringComparison.Ordinal))
            {
                parameter.fill_(6);
            }
        }
    }

    private void Learn(string notebook, string data)
    {
        OfficialLayouts.Write(folder.Path, data);

        var page = Run(
            notebook, $"Data={data}", "Partial=true", "Images=4", "Epochs=2", "Size=32",
            notebook == "svformer" ? "Frames=8" : "TimeSteps=2");

        Assert.Contains($"{data}, scale quick", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT THOSE ASKED FOR", page, StringComparison.Ordinal);
    }

    /// <summary>Runs a notebook to its end; returns its page.</summary>
    private string Run(string notebook, params string[] parameters)
    {
        Environment.SetEnvironmentVariable("SNN_DATA", folder.Path);
        Environment.SetEnvironmentVariable("SNN_CACHE", folder.File("cache"));
        try
        {
            var (code, output, errors) = SnnTool.Run(
                ["run", Path.Combine(Repository.Root, "notebooks", "papers", notebook + ".dib"), "--scale", "quick",
                    .. parameters.SelectMany(parameter => new[] { "--set", parameter }), "--out", folder.File("out")]);
            Assert.True(code == 0, output + errors);
            return File.ReadAllText(folder.File($"out/{notebook}.html"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("SNN_DATA", null);
            Environment.SetEnvironmentVariable("SNN_CACHE", null);
        }
    }

    /// <summary>A session as the Allen Institute's in <c>s.nwb</c>, and what was shown as numbered pictures in a folder.</summary>
    private SyntheticCortexData Recorded(string name, Func<SyntheticCortexData, Tensor> shown)
    {
        var cortex = new SyntheticCortex { UnitsPerArea = 40, SceneTrials = 20, MovieFrames = 30, MovieTrials = 4 }.Generate();
        NwbWriter.Write(folder.File("s.nwb"), cortex.Session, DateTimeOffset.UnixEpoch);
        var pictures = shown(cortex);
        for (var picture = 0; picture < pictures.shape[0]; picture++)
        {
            using var one = pictures[picture, 0].contiguous();
            OfficialLayouts.Put(Path.Combine(folder.Path, name, $"{picture}.bmp"), Bitmap(one.Numbers<float>(), (int)one.shape[1]));
        }

        return cortex;
    }

    /// <summary>A square picture of grey values in [0, 1] as a BMP of 24 bits, rows from the bottom; its side is a multiple of 4.</summary>
    private static byte[] Bitmap(float[] grey, int side)
    {
        const int Header = 54;
        var bytes = new byte[Header + (3 * grey.Length)];
        "BM"u8.CopyTo(bytes);
        foreach (var (place, value) in new[] { (2, bytes.Length), (10, Header), (14, 40), (18, side), (22, side), (34, 3 * grey.Length) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), value);
        }

        (bytes[26], bytes[28]) = (1, 24);
        for (var pixel = 0; pixel < grey.Length; pixel++)
        {
            var row = side - 1 - (pixel / side);
            bytes.AsSpan(Header + (3 * ((row * side) + (pixel % side))), 3).Fill((byte)(255 * grey[pixel]));
        }

        return bytes;
    }
}
