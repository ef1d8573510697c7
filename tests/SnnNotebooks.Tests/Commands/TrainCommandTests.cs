using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Sources;

namespace SnnNotebooks.Tests.Commands;

/// <summary><c>snn train</c> and <c>snn eval</c> as a shell calls them: what a run leaves, and what bad input is answered with.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_weights_metrics_events_and_a_page_and_eval_gives_its_accuracy()
    {
        string[] common = ["spikformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2", "--limit", "64"];
        string[] outputs = ["--out", folder.File("w.safetensors"), "--pytorch", "--log", folder.File("log.jsonl"), "--tensorboard",
            folder.File("board"), "--report", folder.File("page.html"), "--resume"];
        var (code, output, errors) = SnnTool.Run(["train", .. common, "--epochs", "2", "--batch", "16", .. outputs]);
        Assert.True(code == 0, output + errors);

        var log = File.ReadAllLines(folder.File("log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("spikformer", log[0].GetProperty("run").GetProperty("network").GetString());
        Assert.Equal(2, log.Count(line => line.TryGetProperty("epoch", out _)));
        var tags = EventFile.Scalars(Directory.GetFiles(folder.File("board")).Single());
        var last = log[^1].GetProperty("epoch").GetProperty("testAccuracy").GetDouble();
        Assert.Equal((float)last, tags.Last(point => point.Tag == "epoch/test_accuracy" && point.Step == 2).Value);
        var page = File.ReadAllText(folder.File("page.html"));
        foreach (var part in new[] { "spikformer on fashion-mnist-mini", "Training curves", "mJ", "most memory of the process", "Recipe" })
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        using var weights = Checkpoint.Read(folder.File("w.safetensors"));
        using var pickled = Checkpoint.Read(folder.File("w.pt"));
        Assert.Equal(weights.Tensors.Select(entry => entry.Key), pickled.Tensors.Select(entry => entry.Key));
        foreach (var file in new[] { "w.safetensors", "w.pt" })
        {
            var (evalCode, evalOutput, evalErrors) = SnnTool.Run(
                ["eval", .. common, "--weights", folder.File(file), "--json", folder.File("eval.json")]);
            Assert.True(evalCode == 0, evalOutput + evalErrors);
            using var result = JsonDocument.Parse(File.ReadAllText(folder.File("eval.json")));
            Assert.Equal(last, result.RootElement.GetProperty("accuracy").GetDouble(), 6);
        }

        // the run is over: the same command finds its state, and writes the same weights
        var before = File.ReadAllBytes(folder.File("w.safetensors"));
        Assert.Equal(0, SnnTool.Run(["train", .. common, "--epochs", "2", "--batch", "16", .. outputs]).Code);
        using var again = Checkpoint.Read(folder.File("w.safetensors"));
        Assert.Equal(
            weights.Tensors.Select(entry => entry.Value.to(TorchSharp.torch.float64).sum().item<double>()),
            again.Tensors.Select(entry => entry.Value.to(TorchSharp.torch.float64).sum().item<double>()));
        Assert.NotEmpty(before);
    }

    [Fact]
    public void A_state_is_taken_up_by_the_same_network_on_the_same_data_alone()
    {
        OfficialLayouts.Write(folder.Path, "mnist");
        OfficialLayouts.Write(folder.Path, "fashion-mnist");
        Assert.Equal(0, Train("spikformer", "fashion-mnist", heads: 2, steps: 2, size: 16).Code);

        foreach (var ((code, errors), difference) in new[]
        {
            (Train("cml-spikformer", "fashion-mnist", 2, 2, 16), "is cml-spikformer (heads: 2) and was spikformer (heads: 2)"),
            (Train("spikformer", "fashion-mnist", 1, 2, 16), "the network is spikformer (heads: 1) and was spikformer (heads: 2)"),
            (Train("spikformer", "fashion-mnist", 2, 3, 16), "T = 3 and was pictures [1, 16, 16], T = 2"),
            (Train("spikformer", "fashion-mnist", 2, 2, 32), "the input is pictures [1, 32, 32], T = 2 and was"),
            (Train("spikformer", "mnist", 2, 2, 16), "the data set is mnist and was fashion-mnist"),
        })
        {
            Assert.Equal(1, code);
            Assert.Contains(difference, Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        }

        (int Code, string Errors) Train(string network, string data, int heads, int steps, int size)
        {
            var (code, _, errors) = SnnTool.Run(
                "train", network, "--data", data, "--data-folder", folder.Path, "--partial", "--features", "16", "--heads", $"{heads}",
                "--depth", "1", "--time-steps", $"{steps}", "--size", $"{size}", "--batch", "4", "--epochs", "1", "--recipe", "plain",
                "--out", folder.File("w.safetensors"), "--resume");
            return (code, errors);
        }
    }

    [Fact]
    public void A_run_taken_up_after_its_last_step_writes_the_same_files()
    {
        string[] run = ["train", "spikformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2", "--limit", "16",
            "--epochs", "1", "--out", folder.File("w.safetensors"), "--resume", "--pytorch"];
        string[] files = [folder.File("w.safetensors"), folder.File("w.pt")];
        Assert.Equal(0, SnnTool.Run(run).Code);
        var whole = Array.ConvertAll(files, File.ReadAllBytes);
        Array.ForEach(files, File.Delete); // as if it had been killed before it wrote

        Assert.Equal(0, SnnTool.Run(run).Code);

        Assert.Equal(whole, Array.ConvertAll(files, File.ReadAllBytes));
    }

    [Fact]
    public void A_run_that_ended_early_goes_on_with_less_memory_to_the_same_bits()
    {
        Train("whole");
        Train("parted", "--minutes", "0.00001"); // one epoch
        var output = Train("parted", "--recompute");

        Assert.Contains("2 blocks of the network keep only their input", output, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("parted.safetensors")));

        string Train(string name, params string[] more)
        {
            var (code, output, errors) = SnnTool.Run(
                ["train", "spikformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2", "--limit", "32",
                "--epochs", "2", "--batch", "8", "--out", folder.File($"{name}.safetensors"), "--resume", .. more]);
            Assert.True(code == 0, output + errors);
            return output;
        }
    }

    [Fact]
    public void A_network_without_blocks_has_nothing_to_recompute()
    {
        OfficialLayouts.Write(folder.Path, "shd");
        var (code, _, errors) = SnnTool.Run(
            "train", "rsnn_shd_128", "--data", "shd", "--data-folder", folder.Path, "--partial", "--recompute",
            "--out", folder.File("w.safetensors"));

        Assert.Equal(2, code);
        Assert.Contains("leave out --recompute", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void What_killed_runs_left_of_any_file_is_removed()
    {
        foreach (var file in new[] { "w.safetensors", "w.best.safetensors", "w.pt", "w.best.pt", "w.state", "page.html" })
        {
            File.WriteAllText(folder.File($".{file}.{Guid.NewGuid():N}.tmp"), "half a file");
        }

        Assert.Equal(0, SnnTool.Run("train", "spikformer", "--features", "16", "--heads", "2", "--depth", "1", "--time-steps", "2",
            "--limit", "8", "--epochs", "1", "--out", folder.File("w.safetensors"), "--resume", "--pytorch", "--report",
            folder.File("page.html")).Code);

        Assert.Empty(Directory.GetFiles(folder.Path, ".*"));
    }

    [Fact]
    public void Two_trainings_do_not_write_the_same_files()
    {
        using (new FileStream(folder.File(".w.safetensors.lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            var (code, _, errors) = SnnTool.Run("train", "spikformer", "--out", folder.File("w.safetensors"));

            Assert.Equal(1, code);
            Assert.Contains("Another training that still runs writes", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        }

        Assert.Equal(0, SnnTool.Run("train", "spikformer", "--limit", "8", "--epochs", "1", "--out", folder.File("w.safetensors")).Code);
        Assert.False(File.Exists(folder.File(".w.safetensors.lock")));
    }

    [Theory]
    [InlineData("spikformer")]
    [InlineData("cml-spikingformer")]
    [InlineData("qkformer")]
    public void A_network_in_any_size_trains_without_options(string network)
    {
        var (code, output, errors) = SnnTool.Run(
            "train", network, "--limit", "8", "--batch", "4", "--epochs", "1", "--out", folder.File("w.safetensors"));

        Assert.True(code == 0, errors);
        Assert.Contains("epoch 1 of 1", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spikformer_cifar10_4_256", "n-mnist", "takes still pictures; the data are event frames")]
    [InlineData("sew_resnet18_imagenet", "shd", "which have no picture")]
    [InlineData("rsnn_shd_128", "mnist", "which have no trains")]
    [InlineData("qkformer_cifar10", "mnist", "near it are qkformer_cifar10_4_384")]
    [InlineData("qkformer --depth 2", "fashion-mnist-mini", "Depth ('2') must be greater than or equal to '3'. Its published input is")]
    [InlineData("spikformer_cifar10dvs_2_256 --size 32 --time-steps 2", "fashion-mnist-mini", "--without EventAugmentation, leaves it out")]
    [InlineData("resnet18 --limit -1", "cifar10", "--limit is -1; expected at least 0.")]
    [InlineData("resnet18", "sponge", "There is no data set 'sponge'")]
    [InlineData("resnet18", "folder:/no/such", "There is no folder '/no/such'")]
    public void What_does_not_fit_is_one_sentence(string network, string data, string sentence)
    {
        var (code, _, errors) = SnnTool.Run(
            ["train", .. network.Split(' '), "--data", data, "--data-folder", folder.Path, "--out", folder.File("w.safetensors")]);

        Assert.NotEqual(0, code);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void What_is_missing_of_a_data_set_is_named()
    {
        OfficialLayouts.Write(folder.Path, "imagenet");
        var imageNet = folder.File("imagenet");
        Assert.Contains("the official set has 1281167 and 50000", Refused("imagenet", partial: false), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(imageNet, "val", "n01443537"), recursive: true);
        Assert.Contains($"{Path.Combine(imageNet, "val")} has no samples of the class n01443537", Refused("imagenet"),
            StringComparison.Ordinal);
        Directory.Delete(Path.Combine(imageNet, "val"), recursive: true);
        Assert.Contains($"{imageNet} lacks val", Refused("imagenet"), StringComparison.Ordinal);

        OfficialLayouts.Write(folder.Path, "cifar10-dvs");
        Directory.Delete(Path.Combine(folder.Path, "cifar10-dvs", "frog"), recursive: true);
        Assert.Contains("lacks frog", Refused("cifar10-dvs", "plif_cifar10dvs"), StringComparison.Ordinal);

        OfficialLayouts.Write(folder.Path, "shd");
        var speech = Path.Combine(folder.Path, "shd", "shd_train.h5");
        File.WriteAllBytes(speech, File.ReadAllBytes(speech)[..^900]);
        Assert.Contains("shd_train.h5", Refused("shd", "rsnn_shd_128"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_list_that_names_absent_videos_is_refused()
    {
        var lists = Directory.CreateDirectory(Path.Combine(folder.Path, "ucf101", "ucfTrainTestlist")).FullName;
        Directory.CreateDirectory(Path.Combine(folder.Path, "ucf101", "UCF-101"));
        File.WriteAllText(Path.Combine(lists, "classInd.txt"), "1 YoYo\n");
        File.WriteAllText(Path.Combine(lists, "trainlist01.txt"), "YoYo/v_YoYo_g08_c01.avi 1\n");
        File.WriteAllText(Path.Combine(lists, "testlist01.txt"), "YoYo/v_YoYo_g01_c01.avi\n");

        var said = Refused("ucf101", "svformer_ucf101");

        Assert.Contains("trainlist01.txt names 1 of 1 videos that are not there", said, StringComparison.Ordinal);
        Assert.Contains("v_YoYo_g08_c01.avi", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_in_mid_epoch_stops_the_run_or_is_left_out_and_counted()
    {
        OfficialLayouts.Write(folder.Path, "imagenet");
        var cut = Path.Combine(folder.Path, "imagenet", "train", "n01440764", "n01440764_2_1.JPEG");
        File.WriteAllBytes(cut, OfficialLayouts.Jpeg[..^20]);

        var said = Refused("imagenet");
        Assert.Contains(cut, said, StringComparison.Ordinal);
        Assert.Contains("--skip-damaged", said, StringComparison.Ordinal);
        var (code, output, errors) = SnnTool.Run(Arguments("imagenet", "resnet18", "--partial", "--skip-damaged"));
        Assert.True(code == 0, errors);
        Assert.Contains("1 damaged inputs were left out", output, StringComparison.Ordinal);
        Assert.Contains(cut, output, StringComparison.Ordinal);
    }

    private string Refused(string data, string network = "resnet18", bool partial = true)
    {
        var (code, _, errors) = SnnTool.Run(Arguments(data, network, partial ? ["--partial"] : []));
        Assert.Equal(1, code);
        return Assert.Single(errors.Trim().Split('\n'));
    }

    private string[] Arguments(string data, string network, params string[] more) =>
        ["train", network, "--data", data, "--data-folder", folder.Path, "--size", "32", "--time-steps", "2", "--batch", "4",
            "--epochs", "1",
            "--recipe", "plain", "--out", folder.File("w.safetensors"), .. more];
}
