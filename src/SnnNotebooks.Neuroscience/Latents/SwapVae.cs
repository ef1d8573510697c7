using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>The four parts of Swap-VAE's loss, each a scalar.</summary>
/// <param name="Alignment">2 - 2 cos of the two contents.</param>
/// <param name="Swapped">Reconstruction with exchanged contents, mean over both views.</param>
/// <param name="Divergence">Kullback and Leibler's divergence of the styles from N(0, I), mean over both views.</param>
/// <param name="Original">Reconstruction with own contents, mean over both views.</param>
public sealed record SwapVaeLoss(Tensor Alignment, Tensor Swapped, Tensor Divergence, Tensor Original)
{
    /// <summary>The loss that is minimised.</summary>
    /// <param name="alpha">Weight of the divergence; 10 in the paper.</param>
    /// <param name="beta">Weight of the alignment; 1 in the paper.</param>
    /// <returns>A number with its graph.</returns>
    public Tensor Total(double alpha = 10, double beta = 1) => Swapped + Original + (alpha * Divergence) + (beta * Alignment);

    /// <summary>The loss of encoded views, whatever network encoded them.</summary>
    internal static SwapVaeLoss Of(
        Tensor first,
        Tensor second,
        (Tensor Content, Tensor Mean, Tensor LogVariance) one,
        (Tensor Content, Tensor Mean, Tensor LogVariance) other,
        Tensor firstNoise,
        Tensor secondNoise,
        Func<Tensor, Tensor, Tensor> decode)
    {
        var oneStyle = one.Mean + ((one.LogVariance / 2).exp() * firstNoise);
        var otherStyle = other.Mean + ((other.LogVariance / 2).exp() * secondNoise);
        Tensor Reconstruction(Tensor counts, Tensor content, Tensor style) =>
            PoissonLikelihood.Loss(counts, decode(content, style)).sum([-1]).mean();

        // each decoding normalises its own batch, so four calls and not one
        var swapped = Reconstruction(first, other.Content, oneStyle) + Reconstruction(second, one.Content, otherStyle);
        var original = Reconstruction(first, one.Content, oneStyle) + Reconstruction(second, other.Content, otherStyle);
        var divergence = PoissonLikelihood.Divergence(one.Mean, one.LogVariance).mean()
            + PoissonLikelihood.Divergence(other.Mean, other.LogVariance).mean();
        return new SwapVaeLoss(Contrast.Alignment(one.Content, other.Content), swapped / 2, divergence / 2, original / 2);
    }
}

/// <summary>
/// Swap-VAE (R. Liu et al., "Drop, Swap, and Generate", NeurIPS 2021) on single bins: of two views of one state the contents are exchanged
/// and each must still be reconstructed. Parameter names, order and arithmetic are those of the published code.
/// </summary>
public sealed class SwapVae : nn.Module
{
    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly nn.Module<Tensor, Tensor> decoder;
    private readonly int latent;
    private readonly int style;

    /// <summary>Builds the network; weights are Kaiming normal from torch's generator.</summary>
    /// <param name="neurons">N.</param>
    /// <param name="latent">Content and style together; 128 in the paper.</param>
    /// <param name="style">Of these, the style; 64 in the paper.</param>
    /// <param name="hidden">Widths of the hidden layers; N and 128 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the style leaves no content.</exception>
    public SwapVae(int neurons, int latent = 128, int style = 64, IReadOnlyList<int>? hidden = null)
        : base(nameof(SwapVae))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(style, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(latent, style);
        (this.latent, this.style) = (latent, style);
        int[] widths = [neurons, .. hidden ?? [neurons, 128]];
        encoder = Stack(widths, latent + style, plainLast: false);
        decoder = Stack([latent, .. widths.Reverse()], null, plainLast: true);
        RegisterComponents();
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() > 1)
            {
                nn.init.kaiming_normal_(parameter);
            }
            else if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                nn.init.zeros_(parameter);
            }
        }
    }

    /// <summary>How many latent numbers content and style have together.</summary>
    public int Latent => latent;

    /// <summary>The loss of pairs of views.</summary>
    /// <param name="first">[B, N]: counts or rates, at least 0.</param>
    /// <param name="second">[B, N]: the other view of each pair.</param>
    /// <param name="firstNoise">[B, style]: standard normal draws for the first views' styles.</param>
    /// <param name="secondNoise">[B, style]: the same for the second.</param>
    /// <returns>The parts of the loss, summed over neurons and dimensions, mean over the batch.</returns>
    public SwapVaeLoss Loss(Tensor first, Tensor second, Tensor firstNoise, Tensor secondNoise)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(firstNoise);
        ArgumentNullException.ThrowIfNull(secondNoise);
        return SwapVaeLoss.Of(first, second, Encode(first), Encode(second), firstNoise, secondNoise,
            (content, sample) => Decode(cat([content, sample], 1)));
    }

    /// <summary>Content and style of bins.</summary>
    /// <param name="counts">[B, N].</param>
    /// <returns>Content [B, latent - style], and the style's mean and logarithm of variance [B, style].</returns>
    /// <exception cref="ArgumentException">The counts have another shape, or another type or device than the weights.</exception>
    public (Tensor Content, Tensor Mean, Tensor LogVariance) Encode(Tensor counts)
    {
        LayerInput.Require(counts, encoder);
        if (counts.dim() != 2)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", counts.shape)}]; expected [B, neurons].", nameof(counts));
        }

        var encoded = encoder.call(counts);
        return (encoded.narrow(1, 0, latent - style), encoded.narrow(1, latent - style, style), encoded.narrow(1, latent, style));
    }

    /// <summary>Expected counts of latent numbers.</summary>
    /// <param name="latents">[B, latent]: content, then style.</param>
    /// <returns>[B, N], at least 0.</returns>
    public Tensor Decode(Tensor latents) => decoder.call(latents);

    /// <summary>Linear layers with batch normalisation and rectification between them, numbered as the published Sequential.</summary>
    private static nn.Module<Tensor, Tensor> Stack(int[] widths, int? last, bool plainLast)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers = [];
        void Add(nn.Module<Tensor, Tensor> layer) => layers.Add(($"{layers.Count}", layer));
        for (var layer = 1; layer < widths.Length; layer++)
        {
            Add(nn.Linear(widths[layer - 1], widths[layer]));
            if (!plainLast || layer < widths.Length - 1)
            {
                Add(nn.BatchNorm1d(widths[layer]));
                Add(nn.ReLU());
            }
        }

        Add(last is { } outputs ? nn.Linear(widths[^1], outputs) : nn.Softplus());
        return nn.Sequential(layers);
    }
}
