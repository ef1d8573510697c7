using System.Runtime.InteropServices;
using SnnNotebooks.Models;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Training;

/// <summary>Builds networks for data, and tries them on one empty batch before anything long begins.</summary>
internal static class NetworkProbe
{
    /// <summary>The network with fresh weights; the caller disposes it.</summary>
    /// <exception cref="ArgumentException">It cannot take such inputs; the message says why.</exception>
    public static nn.Module<Tensor, Tensor> Build(ModelPreset preset, InputShape shape, int classes)
    {
        nn.Module<Tensor, Tensor>? network = null;
        try
        {
            network = preset.For(shape, classes);
            using var scope = NewDisposeScope();
            using var off = no_grad();
            network.eval();
            var scores = network.call(zeros([2, .. shape.Axes]));
            Functional.Reset(network);
            network.train();
            return scores.shape[^1] == classes
                ? network
                : throw new ArgumentException($"it scores {scores.shape[^1]} classes; the data have {classes}");
        }
        catch (Exception misfit) when (misfit is ArgumentException or ExternalException or InvalidOperationException)
        {
            network?.Dispose();
            throw new ArgumentException(
                $"{preset.Name} cannot take {shape} of {classes} classes: {misfit.Told().TrimEnd('.')}. Its published input is "
                + $"{preset.Shape} (--size, --time-steps).", misfit);
        }
    }

    /// <summary>Lets the blocks of a network keep only their input in training.</summary>
    /// <returns>A sentence that says so.</returns>
    /// <exception cref="ArgumentException">It has no such blocks.</exception>
    public static string Recompute(nn.Module network, ModelPreset preset) => Functional.Recompute(network) switch
    {
        0 => throw new ArgumentException(
            $"{preset.Name} has no blocks that could be computed a second time (recurrent networks and plain rows of layers have none): "
            + "leave out --recompute, and take a smaller --batch where memory is short."),
        1 => "1 block of the network keeps only its input, and is computed a second time in the backward pass",
        var blocks => $"{blocks} blocks of the network keep only their input, and are computed a second time in the backward pass",
    };

    /// <summary>The network whose weights are those of the paper, inside what lets it see clips.</summary>
    public static nn.Module<Tensor, Tensor> Inner(nn.Module<Tensor, Tensor> network) =>
        network is FilmNetwork film ? film.Network : network;
}
