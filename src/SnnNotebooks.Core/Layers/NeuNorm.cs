using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// NeuNorm: an auxiliary neuron for each place that gathers the spikes of all channels and inhibits them,
/// x[t] = k x[t-1] + (1 - k) / C^2 sum_c S[t], out = S[t] - w x[t] (Y. Wu et al., AAAI 2019, arXiv:1809.05793).
/// The weight is <c>w</c> in the state dictionary, [C, H, W] or, shared by the channels, [1, H, W]. The state is x, [N, 1, H, W].
/// </summary>
public sealed class NeuNorm : StatefulLayer
{
    private readonly Parameter w;
    private readonly long channels;
    private readonly double k;

    /// <summary>Creates a layer for one size of feature maps.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    /// <param name="width">W, at least 1.</param>
    /// <param name="k">How much of the gathered spikes is kept per step, in [0, 1].</param>
    /// <param name="sharedChannels">Whether all channels share one weight for each place.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or <paramref name="k"/> out of range.</exception>
    public NeuNorm(long channels, long height, long width, double k = 0.9, bool sharedChannels = false)
        : base(nameof(NeuNorm))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (!(k is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, "k must be in [0, 1].");
        }

        (this.channels, this.k) = (channels, k);
        w = nn.Parameter(zeros(sharedChannels ? 1 : channels, height, width));
        nn.init.kaiming_uniform_(w, Math.Sqrt(5));
        register_parameter(nameof(w), w);
    }

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        if (input.dim() != 5 || input.shape[2] != channels || input.shape[3] != w.shape[1] || input.shape[4] != w.shape[2])
        {
            throw new ArgumentException(
                $"NeuNorm was given [{string.Join(", ", input.shape)}]; expected [T, N, {channels}, {w.shape[1]}, {w.shape[2]}].",
                nameof(input));
        }

        LayerInput.RequireDevice(input, w, GetName());
        var gathered = Carried.OrZeros([input.shape[1], 1, w.shape[1], w.shape[2]], input);
        var outputs = new List<Tensor>();
        foreach (var spikes in input.unbind(0))
        {
            gathered = (gathered * k) + (spikes.sum(1, keepdim: true) * ((1 - k) / (channels * channels)));
            outputs.Add(spikes - (w * gathered));
        }

        var output = stack(outputs);
        Carried.Keep(gathered);
        return output;
    }
}
