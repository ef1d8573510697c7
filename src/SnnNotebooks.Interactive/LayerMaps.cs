using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Monitors;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive;

/// <summary>Runs a network on an input and takes out what one of its layers made of one sample, as maps over time.</summary>
internal static class LayerMaps
{
    /// <summary>The output of a layer.</summary>
    /// <param name="network">Run once in evaluation mode, without gradients; its mode is restored, its state reset.</param>
    /// <param name="input">As the network takes it.</param>
    /// <param name="layer">The layer's path.</param>
    /// <param name="sample">Which of the batch, from 0.</param>
    /// <returns>[T, C, H, W]; tokens [T, B, N, C] give C maps of the root of N rows and columns, or one map N x C where N is no
    /// square.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or its output has other axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static Tensor Features(nn.Module<Tensor, Tensor> network, Tensor input, string layer, int sample)
    {
        var module = Find(network, layer);
        using var scope = NewDisposeScope();
        var output = Sample(Run(network, input, module)[0], layer, sample);
        var maps = output.dim() switch
        {
            4 => output,
            3 => Tokens(output),
            _ => throw new ArgumentException(
                $"The output of {layer} is [{string.Join(", ", output.shape)}] for one sample; maps need [T, C, H, W] or tokens [T, N, C].",
                nameof(layer)),
        };
        return maps.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What an attention lets through: Q K' of each head where it is self-attention, else which tokens (or channels) are on.
    /// </summary>
    /// <param name="network">As for <see cref="Features"/>.</param>
    /// <param name="input">As for <see cref="Features"/>.</param>
    /// <param name="layer">The path of an attention.</param>
    /// <param name="sample">Which of the batch, from 0.</param>
    /// <returns>[T, heads, N, N]; or, of Q-K attention, the switch of each token or channel, as maps.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or it is no attention.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static Tensor Attention(nn.Module<Tensor, Tensor> network, Tensor input, string layer, int sample)
    {
        var module = Find(network, layer);
        if (module is not IAttention attention)
        {
            var known = network.named_modules().Where(each => each.module is IAttention).Select(each => each.name).ToArray();
            throw new ArgumentException(
                $"{layer} is a {module.GetName()}, no attention; "
                + $"{(known.Length == 0 ? "the network has none" : "the network has " + string.Join(", ", known))}.", nameof(layer));
        }

        using var scope = NewDisposeScope();
        nn.Module Part(string name) => module.named_children().Single(child => child.name == name).module;
        if (attention is QKAttention)
        {
            // one switch for each token and head, or one for each channel
            var on = Sample(Run(network, input, Part("attn_lif"))[0], layer, sample);
            return (on.dim() == 4 ? Tokens(on.squeeze(3)) : on.unsqueeze(1)).MoveToOuterDisposeScope();
        }

        var spikes = Run(network, input, Part("q_lif"), Part("k_lif"));
        Tensor Heads(Tensor tokens) =>
            Sample(tokens, layer, sample).unflatten(2, [attention.Heads, tokens.shape[3] / attention.Heads]).transpose(1, 2);
        return Heads(spikes[0]).Product(Heads(spikes[1]).transpose(-2, -1)).MoveToOuterDisposeScope();
    }

    private static nn.Module Find(nn.Module network, string layer) =>
        network.named_modules().FirstOrDefault(each => each.name == layer).module
        ?? throw new ArgumentException(
            $"There is no layer {layer}; the network has "
            + $"{string.Join(", ", network.named_modules().Take(20).Select(each => each.name))}"
            + $"{(network.named_modules().Count() > 20 ? " and more (see ShowSummary)" : string.Empty)}.", nameof(layer));

    // the outputs of some modules in one pass
    private static Tensor[] Run(nn.Module<Tensor, Tensor> network, Tensor input, params nn.Module[] modules)
    {
        var training = network.training;
        using var off = no_grad();
        using var monitor = new SpikeMonitor(network, modules.Contains);
        network.eval();
        Functional.Reset(network);
        try
        {
            using var moved = input.to(ComputeDevice.Of(network));
            using var output = network.call(moved);
            var silent = Array.Find(modules, module => !monitor.Names.Any(name => monitor[name].Count > 0 && Is(network, name, module)));
            return silent is null
                ? [.. modules.Select(module => monitor[monitor.Names.First(name => Is(network, name, module))][0].clone())]
                : throw new ArgumentException(
                    $"A {silent.GetName()} in the layer was not called as a module of one tensor, so there is nothing to see of it.");
        }
        finally
        {
            Functional.Reset(network);
            network.train(training);
        }
    }

    private static bool Is(nn.Module network, string name, nn.Module module) =>
        ReferenceEquals(network.named_modules().FirstOrDefault(each => each.name == name).module, module);

    private static Tensor Sample(Tensor output, string layer, int sample)
    {
        if (output.dim() < 3)
        {
            throw new ArgumentException(
                $"The output of {layer} is [{string.Join(", ", output.shape)}]; maps over time need [T, B, ...].", nameof(layer));
        }

        return sample >= 0 && sample < output.shape[1]
            ? output.select(1, sample)
            : throw new ArgumentOutOfRangeException(nameof(sample), sample, $"The batch has {output.shape[1]} samples.");
    }

    // [T, N, C] to [T, C, side, side], or to one map [T, 1, N, C]
    private static Tensor Tokens(Tensor tokens)
    {
        var side = (long)Math.Round(Math.Sqrt(tokens.shape[1]));
        return side * side == tokens.shape[1]
            ? tokens.transpose(1, 2).reshape(tokens.shape[0], tokens.shape[2], side, side)
            : tokens.unsqueeze(1);
    }
}
