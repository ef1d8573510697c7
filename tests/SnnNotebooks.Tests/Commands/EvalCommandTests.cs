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
    public void Scores_are_those_of_the_published_code(string reference, string network, string ending)
    {
        var path = Path.Combine(Repository.Root, "tests", "golden", "models", reference + ".json");
        using var folder = new TemporaryFolder();
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        var config = file.RootElement.GetProperty("config");
        Prepare(file.RootElement, folder.File("w" + ending), folder.File("in.npy"));

        var (code, output, errors) = SnnTool.Run(
            "eval", network, "--features", Number("embed_dims"), "--heads", Number("num_heads"), "--depth", Number("depths"), "--classes",
            Number("num_classes"), "--weights", folder.File("w" + ending), "--logits", folder.File("in.npy"), "--float64");

        Assert.True(code == 0, errors);
        var expected = file.RootElement.GetProperty("eval").GetProperty("logits").EnumerateArray()
            .Select(value => value.GetDouble()).ToArray();
        var found = JsonSerializer.Deserialize<double[][]>(output)!.SelectMany(row => row).ToArray();
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-9));

        string Number(string name) => config.GetProperty(name).GetInt32().ToString(CultureInfo.InvariantCulture);
    }

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
