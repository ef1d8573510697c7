using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Energy;

/// <summary>What the spikes given to a convolution drive on crossbars, each of which holds some of its input channels.</summary>
/// <param name="Crossbar">Input channels of a crossbar.</param>
/// <param name="Patches">Pairs of an output place and a crossbar whose window there holds a spike.</param>
/// <param name="Rows">For each crossbar the spikes in its windows, of all places.</param>
/// <param name="Places">Output places whose window holds a spike in any channel.</param>
public sealed record CrossbarActivity(int Crossbar, long Patches, IReadOnlyList<double> Rows, long Places)
{
    /// <summary>The activity of a convolution over two axes, without groups.</summary>
    /// <param name="spikes">[B, C, H, W], zeros and ones.</param>
    /// <param name="geometry">The convolution's.</param>
    /// <param name="crossbar">Input channels of a crossbar.</param>
    internal static CrossbarActivity Of(Tensor spikes, ConvolutionGeometry geometry, int crossbar)
    {
        using var scope = NewDisposeScope();
        using var one = ones([1, 1, .. geometry.Kernel], dtype: ScalarType.Float64, device: spikes.device);
        var windows = spikes.split(crossbar, 1)
            .Select(part => geometry.Convolve(part.to(ScalarType.Float64).sum(1, keepdim: true), one, null)).ToArray();
        var active = cat(windows, 1).gt(0);
        return new CrossbarActivity(
            crossbar, active.sum().item<long>(), [.. windows.Select(window => window.sum().item<double>())],
            active.any(1).sum().item<long>());
    }

    /// <summary>Every row of every window driven.</summary>
    /// <param name="layer">A convolution.</param>
    /// <param name="crossbar">Input channels of a crossbar.</param>
    internal static CrossbarActivity Everything(LayerRun layer, int crossbar)
    {
        var places = layer.Outputs / layer.OutputChannels;
        var rows = new List<double>();
        for (var first = 0L; first < layer.InputChannels; first += crossbar)
        {
            rows.Add((double)places * Math.Min(crossbar, layer.InputChannels - first) * layer.KernelVolume);
        }

        return new CrossbarActivity(crossbar, places * rows.Count, rows, places);
    }
}
