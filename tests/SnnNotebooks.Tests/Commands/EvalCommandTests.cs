using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Conformance.Models;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Commands;

/// <summary><c>snn eval --logits</c> on weights and inputs of the published code's reference files.</summary>
public sealed class EvalCommandTests
{
    [Theory]
    [InlineData("spikformer_cifar", "spikformer", ".pt")]
    [InlineData("spikingformer_cifar", "spikingformer", ".safetensors")]
    [InlineData("cml_spikformer_cifar", "cml-spikformer", ".pt")]
    [InlineData("qkformer_cifar", "qkformer", ".safetensors")]
    [InlineData("spikformer_imagenet", "spikformer", ".safetensors")]
    [InlineData("cml_spikingformer_imagenet", "cml-spikingformer", ".pt")]
    [InlineData("svformer", "svformer", ".safetensors")]
    public void Scores_are_those_of_the_published_code(string reference, string network, string ending) =>
        Compare(Path.Combine(Repository.Root, "tests", "golden", "models", reference + ".json"), network, ending);

    [SharedFact("golden/models/cml_spikingformer_cifar.json")]
    public void Of_CML_Spikingformer_for_CIFAR() => CompareShared("cml_spikingformer_cifar", "cml-spikingformer", ".pt");

    [SharedFact("golden/models/spikingformer_imagenet.json")]
    public void Of_Spikingformer_for_ImageNet() => CompareShared("spikingformer_imagenet", "spikingformer", ".pt");

    [SharedFact("golden/models/spikformer_cifar10dvs.json")]
    public void Of_Spikformer_for_events() => CompareShared("spikformer_cifar10dvs", "spikformer", ".safetensors");

    [SharedFact("golden/models/spikingformer_cifar10dvs.json")]
    public void Of_Spikingformer_for_events() => CompareShared("spikingformer_cifar10dvs", "spikingformer", ".pt");

    [SharedFact("golden/models/qkformer_cifar10dvs.json")]
    public void Of_QKFormer_for_events() => CompareShared("qkformer_cifar10dvs", "qkformer_cifar10dvs_2_256", ".pt");

    [SharedFact("golden/models/sew_dvsgesture_7b.json")]
    public void Of_SEW_ResNet_for_events() => CompareShared("sew_dvsgesture_7b", "sew_dvsgesture_7b", ".pt");

    [SharedFact("golden/models/sew_resnet18.json")]
    public void Of_SEW_ResNet_for_ImageNet() => CompareShared("sew_resnet18", "sew_resnet18_imagenet", ".pt");

    private static void CompareShared(string reference, string network, string ending) =>
        Compare(Repository.SharedPath($"golden/models/{reference}.json")!, network, ending);

    private static void Compare(string path, string network, string ending)
    {
        using var folder = new TemporaryFolder();
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        var config = file.RootElement.GetProperty("config");
        Prepare(file.RootElement, folder.File("w" + ending), folder.File("in.npy"));

        var (code, output, errors) = SnnTool.Run(
            ["eval", network, .. Sizes(network, config), "--classes", Number(config.GetProperty("num_classes")), "--weights",
                folder.File("w" + ending), "--logits", folder.File("in.npy"), "--float64"]);

        Assert.True(code == 0, errors);
        var expected = file.RootElement.GetProperty("eval").GetProperty("logits").EnumerateArray()
            .Select(value => value.GetDouble()).ToArray();
        var found = JsonSerializer.Deserialize<double[][]>(output)!.SelectMany(row => row).ToArray();
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    /// <summary>The options of a network in any size; none of a published one.</summary>
    private static string[] Sizes(string network, JsonElement config)
    {
        if (network == "svformer")
        {
            return ["--features", "64", "--heads", "2", "--depth", "1", "--data", "ucf101"];
        }

        if (!config.TryGetProperty("embed_dims", out var features) || network.Contains('_', StringComparison.Ordinal))
        {
            return config.TryGetProperty("variant", out _) ? [] : ["--time-steps", Number(config.GetProperty("T"))];
        }

        var data = config.GetProperty("variant").GetString() switch { "imagenet" => "imagenet", "dvs" => "cifar10-dvs", _ => "cifar10" };
        return ["--features", Number(features), "--heads", Number(config.GetProperty("num_heads")), "--depth",
            Number(config.GetProperty("depths")), "--data", data];
    }

    private static string Number(JsonElement value) => value.GetInt32().ToString(CultureInfo.InvariantCulture);

    /// <summary>The weights of the formula, with the statistics of one training pass, as files.</summary>
    private static void Prepare(JsonElement reference, string weights, string inputs)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var values = new FormulaValues(reference.GetProperty("seed").GetUInt64());
        using var network = ReferenceNetwork.Factory(reference.GetProperty("config"))();
        network.to(ScalarType.Float64);
        var number = 0;
        foreach (var (key, parameter, _) in StateDictionary.Of(network).Where(entry => entry.IsParameter))
        {
            values.Fill(parameter, key, number++);
        }

        foreach (var norm in network.modules())
        {
            switch (norm)
            {
                case BatchNorm ordinary:
                    ordinary.momentum = 1;
                    break;
                case TimeBatchNorm byStep:
                    byStep.Momentum = 1;
                    break;
            }
        }

        var input = values.Input([.. reference.GetProperty("input_shape").EnumerateArray().Select(axis => axis.GetInt64())]);
        network.train();
        network.call(input);
        Functional.Reset(network);
        using var checkpoint = Checkpoint.Of(network);
        if (weights.EndsWith(".pt", StringComparison.Ordinal))
        {
            checkpoint.WritePyTorch(weights);
        }
        else
        {
            checkpoint.Write(weights);
        }

        NumpyWriter.Write(inputs, input);
    }
}
