using System.Text.Json;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Sources;

namespace SnnNotebooks.Tests.Commands;

/// <summary>Two steps of a published network on every data set in its official layout, from the command line.</summary>
public sealed class TrainOnEveryDataSetTests : IDisposable
{
    private const string Ffmpeg = "/usr/bin/ffmpeg";

    private readonly TemporaryFolder folder = new();

    /// <summary>Data set, network, size.</summary>
    public static TheoryData<string, string, int> Cases { get; } = new()
    {
        { "mnist", "plif_mnist", 28 },
        { "fashion-mnist", "plif_fashionmnist", 28 },
        { "cifar10", "spikformer_cifar10_4_256", 32 },
        { "cifar100", "cml_spikingformer_cifar100_4_256", 32 },
        { "imagenet", "sew_resnet18_imagenet", 32 },
        { "cifar10-dvs", "spikingformer_cifar10dvs_2_256", 32 },
        { "dvs128-gesture", "sew_dvsgesture_7b", 128 },
        { "n-mnist", "plif_nmnist", 34 },
        { "n-caltech101", "plif_cifar10dvs", 32 },
        { "shd", "rsnn_shd_128", 1 },
        { "ssc", "rsnn_ssc_128", 1 },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_published_network_learns_two_steps_of(string data, string network, int size) => Learn(data, network, size);

    [NeedsToolTheory(Ffmpeg, "ffmpeg")]
    [InlineData("svformer_ucf101")]
    [InlineData("lorafb_snet18_c101")]
    public void A_published_network_learns_two_steps_of_UCF101(string network) => Learn("ucf101", network, 32);

    [NeedsToolFact(Ffmpeg, "ffmpeg")]
    public void Its_recipe_tests_UCF101_on_fifteen_views_of_each_clip()
    {
        Learn("ucf101", "svformer_ucf101", 32);

        var (code, output, errors) = SnnTool.Run(
            "eval", "svformer_ucf101", "--data", "ucf101", "--data-folder", folder.Path, "--partial", "--size", "32", "--time-steps", "4",
            "--weights", folder.File("w.safetensors"), "--json", folder.File("eval.json"));

        Assert.True(code == 0, output + errors);
        Assert.Contains("of 4 inputs", output, StringComparison.Ordinal);
        Assert.Contains("15 views each", output, StringComparison.Ordinal);
        using var result = JsonDocument.Parse(File.ReadAllText(folder.File("eval.json")));
        Assert.Equal(
            4, result.RootElement.GetProperty("confusion").EnumerateArray().Sum(row => row.EnumerateArray().Sum(cell => cell.GetInt32())));
    }

    [NeedsToolFact(Ffmpeg, "ffmpeg")]
    public void The_movie_papers_network_follows_its_own_recipe_on_UCF101_without_being_told()
    {
        Learn("ucf101", "lorafb_snet18_c101", 32, recipe: null);

        using var log = JsonDocument.Parse(File.ReadLines(folder.File("log.jsonl")).First());
        var run = log.RootElement.GetProperty("run");
        Assert.Equal("lorafb-ucf101", run.GetProperty("recipe").GetString());
        Assert.Equal(["MixedPrecision"], run.GetProperty("leftOut").EnumerateArray().Select(part => part.GetString()));
        var fields = run.GetProperty("fields");
        Assert.Equal(("16", "36", "48", "36", "32"), (Field("ClipStep"), Field("FrameCrop.Height"), Field("FrameCrop.Width"),
            Field("FrameCrop.Square"), Field("FrameCrop.Size")));
        Environment.SetEnvironmentVariable("SNN_CACHE", folder.File("cache"));
        var (code, output, errors) = SnnTool.Run(
            "eval", "lorafb_snet18_c101", "--data", "ucf101", "--data-folder", folder.Path, "--partial", "--size", "32", "--time-steps",
            "4", "--weights", folder.File("w.safetensors"));
        Environment.SetEnvironmentVariable("SNN_CACHE", null);
        Assert.True(code == 0, output + errors);
        Assert.Contains("of 4 inputs", output, StringComparison.Ordinal);

        string? Field(string name) => fields.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("cifar10-dvs", "cml-spikingformer")]
    [InlineData("dvs128-gesture", "qkformer")]
    [InlineData("dvs128-gesture", "svformer")]
    [InlineData("imagenet", "qkformer")]
    public void A_network_in_a_size_of_ones_own_learns_two_steps_of(string data, string network) =>
        Learn(data, network, 32, "plain", "--features", "32", "--heads", "2", "--depth", network == "qkformer" ? "4" : "1");

    [Fact]
    public void A_published_network_learns_two_steps_of_a_folder_of_ones_own()
    {
        OfficialLayouts.Write(folder.Path, "imagenet");

        Learn($"folder:{folder.File("imagenet")}", "resnet18", 32);
    }

    [Fact]
    public void Every_data_set_by_name_has_its_case() => Assert.Equal(
        DataSources.Names.Except(["fashion-mnist-mini", "ucf101"]).Order(), Cases.Select(row => (string)row[0]).Order());

    private void Learn(string data, string network, int size, string? recipe = "plain", params string[] more)
    {
        if (!data.StartsWith("folder:", StringComparison.Ordinal))
        {
            OfficialLayouts.Write(folder.Path, data);
        }

        Environment.SetEnvironmentVariable("SNN_CACHE", folder.File("cache"));
        var (code, output, errors) = SnnTool.Run(
            ["train", network, "--data", data, "--data-folder", folder.Path, "--partial", "--limit", "4", "--size", $"{size}",
                "--time-steps", "4", "--batch", "2", "--epochs", "1", .. recipe is null ? Array.Empty<string>() : ["--recipe", recipe],
                "--out", folder.File("w.safetensors"), "--log", folder.File("log.jsonl"), .. more]);
        Environment.SetEnvironmentVariable("SNN_CACHE", null);

        Assert.True(code == 0, output + errors);
        var lines = File.ReadAllLines(folder.File("log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var steps = lines.Where(line => line.TryGetProperty("step", out _)).Select(line => line.GetProperty("step")).ToList();
        var expected = recipe is null ? 1 : 2; // a published step is of eight batches
        Assert.Equal(expected, steps[^1].GetProperty("batches").GetInt32());
        Assert.Equal(expected, steps[^1].GetProperty("batch").GetInt32());
        Assert.InRange(lines[^1].GetProperty("epoch").GetProperty("testAccuracy").GetDouble(), 0, 1);
        Assert.True(File.Exists(folder.File("w.safetensors")));
    }
}
