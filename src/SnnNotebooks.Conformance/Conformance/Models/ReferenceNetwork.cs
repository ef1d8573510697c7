using System.Text.Json;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Models;

/// <summary>Builds the network that a reference file's <c>config</c> names.</summary>
internal static class ReferenceNetwork
{
    /// <summary>How to build it.</summary>
    /// <exception cref="InvalidDataException">The configuration names no network the kit knows, or lacks a size.</exception>
    public static Func<nn.Module<Tensor, Tensor>> Factory(JsonElement config)
    {
        var model = Text(config, "model");
        return model switch
        {
            "spikformer" => Transformer(config, ResidualKind.Spikes, Downsampling.AfterNeuron),
            "spikingformer" => Transformer(config, ResidualKind.Membrane, Downsampling.AfterNeuron),
            "cml-spikformer" => Transformer(config, ResidualKind.Spikes, Downsampling.BeforeNeuron),
            "cml-spikingformer" => Transformer(config, ResidualKind.Membrane, Downsampling.BeforeNeuron),
            "qkformer" => QK(config),
            "svformer" => Video(config),
            "sew-dvsgesture-7b" => Events(config),
            _ when model.StartsWith("sew-resnet", StringComparison.Ordinal)
                && int.TryParse(model.AsSpan(10), out var depth) => Residual(config, depth),
            _ => throw new InvalidDataException(
                $"its model is {model}; known are spikformer, spikingformer, cml-spikformer, cml-spikingformer, qkformer, svformer, "
                + "sew-resnet18 to 152 and sew-dvsgesture-7b."),
        };
    }

    private static Func<nn.Module<Tensor, Tensor>> Transformer(JsonElement config, ResidualKind residual, Downsampling downsampling)
    {
        var variant = Text(config, "variant") switch
        {
            "cifar" => SpikformerVariant.Cifar,
            "imagenet" => SpikformerVariant.ImageNet,
            "dvs" => SpikformerVariant.Dvs,
            var other => throw new InvalidDataException($"its variant is {other}; known are cifar, imagenet and dvs."),
        };
        var options = new SpikformerOptions(
            variant,
            Number(config, "embed_dims"),
            Number(config, "num_heads"),
            Number(config, "depths"),
            Number(config, "num_classes"),
            Number(config, "T"),
            residual,
            downsampling,
            Number(config, "in_channels"),
            Number(config, "image"));
        return () => new Spikformer(options);
    }

    private static Func<nn.Module<Tensor, Tensor>> QK(JsonElement config)
    {
        var (variant, ratio) = Text(config, "variant") switch
        {
            "cifar" => (QKFormerVariant.Cifar, 4),
            "imagenet" => (QKFormerVariant.ImageNet, 4),
            "cifar10dvs" => (QKFormerVariant.Dvs, 1),
            "dvs128" => (QKFormerVariant.Dvs, 4),
            var other => throw new InvalidDataException($"its variant is {other}; known are cifar, imagenet, cifar10dvs and dvs128."),
        };
        var events = variant == QKFormerVariant.Dvs;

        // the reference ran the published code, leak included
        var options = new QKFormerOptions(
            variant,
            Number(config, "embed_dims", events ? 256 : null),
            Number(config, "num_heads", events ? 16 : null),
            Number(config, "depths", events ? 2 : null),
            Number(config, "num_classes"),
            Number(config, "T"),
            ratio,
            Channels: Number(config, "in_channels"),
            LegacyBatchLeak: true);
        return () => new QKFormer(options);
    }

    private static Func<nn.Module<Tensor, Tensor>> Video(JsonElement config)
    {
        var options = new SVFormerOptions(
            Number(config, "num_classes"),
            Numbers(config, "embed_dims"),
            Numbers(config, "depths"),
            Number(config, "head_dim"),
            Number(config, "mlp_ratio"),
            Number(config, "T"),
            Number(config, "image"),
            Number(config, "in_channels"));
        return () => new SVFormer(options);
    }

    private static Func<nn.Module<Tensor, Tensor>> Residual(JsonElement config, int depth)
    {
        var options = SewResNetOptions.ForDepth(
            depth) with { Connect = Connect(config), Classes = Number(config, "num_classes"), TimeSteps = Number(config, "T") };
        return () => new SewResNet(options);
    }

    private static Func<nn.Module<Tensor, Tensor>> Events(JsonElement config)
    {
        var options = SewEventNetOptions.DvsGesture with { Connect = Connect(config), Classes = Number(config, "num_classes"),
            Channels = Number(config, "in_channels", 2) };
        return () => new SewEventNet(options);
    }

    private static ElementWise Connect(JsonElement config) => Text(config, "connect").ToUpperInvariant() switch
    {
        "ADD" => ElementWise.ADD,
        "AND" => ElementWise.AND,
        "IAND" => ElementWise.IAND,
        var other => throw new InvalidDataException($"it connects by {other}; known are ADD, AND and IAND."),
    };

    private static string Text(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Missing(name, "a text");

    private static int Number(JsonElement config, string name, int? fallback = null) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : fallback ?? throw Missing(name, "a whole number");

    private static int[] Numbers(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.TryGetInt32(out var number) ? number : throw Missing(name, "whole numbers"))]
            : throw Missing(name, "a list of whole numbers");

    private static InvalidDataException Missing(string name, string expected) => new($"its config has no {name} that is {expected}.");
}
