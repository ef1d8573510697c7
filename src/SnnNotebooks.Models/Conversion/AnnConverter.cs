using SnnNotebooks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>
/// Converts an ordinary ReLU network to integrate-and-fire neurons, whose rates stand for the activations (rule of SpikingJelly's ann2snn,
/// 0.0.0.0.14).
/// </summary>
public static class AnnConverter
{
    /// <summary>Converts a network.</summary>
    /// <param name="network">A Sequential, also nested, of Conv, Linear, BatchNorm after one of them, ReLU, AvgPool, Flatten, Dropout;
    /// trained. It is not changed, and shares no weights with the new one.</param>
    /// <param name="calibration">Input batches [B, ...] that stand for the data; each is only read while its turn lasts.</param>
    /// <param name="options">Scale, per layer or per channel.</param>
    /// <returns>The spiking network; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A layer cannot be converted, there is no ReLU, or there is no calibration batch; the message
    /// names the layer and says what to use instead.</exception>
    /// <exception cref="InvalidOperationException">A ReLU (or a channel of it) was never active on the calibration data.</exception>
    public static ConvertedNetwork Convert(nn.Module network, IEnumerable<Tensor> calibration, ConversionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(calibration);
        options ??= new ConversionOptions();
        using var off = no_grad();
        var stages = Folded(Layers(network, string.Empty).ToList());
        try
        {
            var scales = Calibrate(stages, calibration, options);
            var spiking = stages.Select(
                (stage, at) => scales.TryGetValue(at, out var scale)
                    ? stage with { Module = new SpikingActivation(scale), IsOwned = true }
                    : stage).ToList();
            return new ConvertedNetwork(spiking);
        }
        catch
        {
            stages.Where(stage => stage.IsOwned).ToList().ForEach(stage => stage.Module.Dispose());
            throw;
        }
    }

    /// <summary>One layer of the network, flat; copies and neurons are owned by the converted network.</summary>
    internal sealed record Stage(string Name, nn.Module<Tensor, Tensor> Module, bool IsOwned = false);

    private static IEnumerable<Stage> Layers(nn.Module module, string path)
    {
        if (module is Sequential)
        {
            return module.named_children()
                .SelectMany(child => Layers(child.module, path.Length == 0 ? child.name : $"{path}.{child.name}"));
        }

        return module switch
        {
            Dropout or Dropout2d or Identity => [],
            Linear or Conv1d or Conv2d or BatchNorm or ReLU or AvgPool1d or AvgPool2d or AdaptiveAvgPool2d or Flatten =>
                [new Stage(path, (nn.Module<Tensor, Tensor>)module)],
            _ => throw new ArgumentException(
                $"Layer {path} is a {module.GetName()}, which cannot be converted. {Advice(module)}", nameof(module)),
        };
    }

    private static string Advice(nn.Module module) => module switch
    {
        MaxPool1d or MaxPool2d =>
            "Replace it by average pooling and train again: the largest of several spike trains is not the train of the largest rate.",
        _ when module.GetName() is "Sigmoid" or "Tanh" or "GELU" or "SiLU" or "LeakyReLU" or "ELU" or "Softmax" =>
            "Only ReLU has a rate that integrate-and-fire neurons can stand for: train with ReLU (and leave a softmax to the loss).",
        _ =>
            "What is converted is a Sequential of Conv1d, Conv2d, Linear, BatchNorm, ReLU, AvgPool, Flatten and Dropout: write the "
            + "network as one, with every activation a ReLU module.",
    };

    private static List<Stage> Folded(List<Stage> layers)
    {
        var stages = new List<Stage>();
        foreach (var layer in layers)
        {
            if (layer.Module is not BatchNorm normalisation)
            {
                stages.Add(
                    layer.Module is Linear or Convolution ? layer with { Module = Copy(layer.Module, null), IsOwned = true } : layer);
            }
            else if (stages.Count > 0 && stages[^1].Module is (Linear or Convolution))
            {
                using var plain = stages[^1].Module;
                stages[^1] = stages[^1] with { Module = Copy(plain, normalisation) };
            }
            else
            {
                throw new ArgumentException(
                    $"Layer {layer.Name} is a batch normalisation without a Conv or Linear right before it to be folded into.",
                    nameof(layers));
            }
        }

        return stages.Exists(stage => stage.Module is ReLU) ? stages
            : throw new ArgumentException("The network has no ReLU module, so that there is nothing to convert.", nameof(layers));
    }

    /// <summary>A layer of its own with the weights of another one, and the normalisation behind it where there is one.</summary>
    private static nn.Module<Tensor, Tensor> Copy(nn.Module<Tensor, Tensor> layer, BatchNorm? normalisation)
    {
        var (given, shift) = layer is Linear linear
            ? (linear.weight!, linear.bias)
            : (((Convolution)layer).weight!, ((Convolution)layer).bias);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (weight, bias) = normalisation is null ? (given, (Tensor?)shift) : BatchNormFolding.Fold(given, shift, normalisation);
        if (layer is Convolution convolution)
        {
            return ConvolutionGeometry.Copy(convolution, weight, bias);
        }

        var dense = nn.Linear(weight.shape[1], weight.shape[0], bias is not null, weight.device, weight.dtype);
        dense.weight!.copy_(weight);
        dense.bias?.copy_(bias!);
        return dense;
    }

    /// <summary>Runs the calibration batches; gives for the place of every ReLU its scale.</summary>
    private static Dictionary<int, Tensor> Calibrate(List<Stage> stages, IEnumerable<Tensor> calibration, ConversionOptions options)
    {
        var rule = options.Scale ?? ActivationScale.Percentile(99.9);
        var sums = new Dictionary<int, Tensor>();
        var type = ScalarType.Float32;
        foreach (var batch in calibration)
        {
            using var scope = NewDisposeScope();
            var value = batch;
            for (var at = 0; at < stages.Count; at++)
            {
                value = Plain(stages[at].Module, value);
                if (stages[at].Module is ReLU)
                {
                    var groups = options.PerChannel ? value.transpose(0, 1).flatten(1) : value.reshape(1, -1);
                    var scale = rule.Of(groups);
                    sums[at] = (sums.TryGetValue(at, out var former)
                        ? ((1 - options.Momentum) * former) + (options.Momentum * scale)
                        : scale).MoveToOuterDisposeScope();
                    former?.Dispose();
                }
            }

            type = value.dtype;
        }

        if (sums.Count == 0)
        {
            throw new ArgumentException("There is no calibration batch; give at least one that stands for the data.", nameof(calibration));
        }

        foreach (var (at, scale) in sums.ToArray())
        {
            using var scope = NewDisposeScope();
            using var former = scale;
            var silent = scale.le(0).sum().item<long>();
            sums[at] = silent < scale.numel()
                ? where(scale.le(0), scale.max(), scale).to(type)
                    .DetachFromDisposeScope() // a channel that was never active gets the layer's largest scale
                : throw new InvalidOperationException(
                    $"The activation {stages[at].Name} was 0 on all calibration data: its scale cannot be told. Use data the network "
                    + "responds to.");
        }

        return sums;
    }

    /// <summary>
    /// The layer as it is in evaluation mode; dropout and normalisation are gone, so that mode does not matter to the rest.
    /// </summary>
    private static Tensor Plain(nn.Module<Tensor, Tensor> layer, Tensor value) => layer is ReLU ? value.relu() : layer.call(value);
}
