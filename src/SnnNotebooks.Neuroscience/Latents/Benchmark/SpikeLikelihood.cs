using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>
/// How well rates explain spikes, as the Neural Latents Benchmark scores them (F. Pei, J. Ye et al., NeurIPS 2021; nlb_tools 1ddc15f).
/// </summary>
public static class SpikeLikelihood
{
    private const double Floor = 1e-9; // of a rate that says no spike can come

    /// <summary>Poisson's negative log-likelihood in nats, rate - count log(rate) + log(count!), summed.</summary>
    /// <param name="rates">Expected counts, at least 0; a rate of 0 counts as 1e-9.</param>
    /// <param name="spikes">Counts of the same shape; where they are NaN nothing was asked.</param>
    /// <returns>Nats, over all trials, bins and neurons.</returns>
    /// <exception cref="ArgumentException">Shapes differ, a count is negative or infinite, or a rate is negative, infinite, or NaN where it
    /// was asked for.</exception>
    public static double NegativeLogLikelihood(Tensor rates, Tensor spikes)
    {
        using var scope = NewDisposeScope();
        var (r, s) = Checked(rates, spikes);
        return Loss(r, s);
    }

    /// <summary>
    /// Bits per spike: what the rates know beyond each neuron's mean rate, (null - model) / (spikes log 2). 0 for the mean rates
    /// themselves, negative for worse. On neurons that a model did not see it is NLB's co-smoothing score, on bins it did not see the
    /// forward prediction.
    /// </summary>
    /// <param name="rates">[..., N]: expected counts.</param>
    /// <param name="spikes">[..., N]: counts; NaN where nothing was asked.</param>
    /// <returns>NaN where there is no spike.</returns>
    /// <exception cref="ArgumentException">As <see cref="NegativeLogLikelihood"/>.</exception>
    public static double BitsPerSpike(Tensor rates, Tensor spikes)
    {
        using var scope = NewDisposeScope();
        var (r, s) = Checked(rates, spikes);
        var counts = s.reshape(-1, s.shape[^1]);
        var (known, asked) = (counts.nan_to_num(), counts.isnan().logical_not().sum(0, keepdim: true).clamp(min: 1));
        var mean = (known.sum(0, keepdim: true) / asked).expand_as(counts);
        var gain = Loss(mean, counts) - Loss(r.reshape(counts.shape), counts);
        return known.sum().ToDouble() is > 0 and var total ? gain / total / Math.Log(2) : double.NaN;
    }

    private static double Loss(Tensor rates, Tensor spikes)
    {
        using var scope = NewDisposeScope();
        var asked = spikes.isnan().logical_not();
        var (r, s) = (rates[asked], spikes[asked]);
        r = where(r == 0, full_like(r, Floor), r);
        return (r - (s * r.log()) + (s + 1).lgamma()).sum().ToDouble();
    }

    private static (Tensor Rates, Tensor Spikes) Checked(Tensor rates, Tensor spikes)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(spikes);
        if (!rates.shape.SequenceEqual(spikes.shape) || rates.dim() == 0 || rates.numel() == 0)
        {
            throw new ArgumentException(
                $"Rates are [{string.Join(", ", rates.shape)}] and spikes [{string.Join(", ", spikes.shape)}]; expected the same shape, "
                + "not empty.", nameof(rates));
        }

        var (r, s) = (rates.detach().to(float64), spikes.detach().to(float64));
        var asked = s.isnan().logical_not();
        if ((s < 0).logical_or(s.isinf()).any().item<bool>())
        {
            throw new ArgumentException("A spike count is negative or infinite; NaN stands for what was not asked.", nameof(spikes));
        }

        return (r.isfinite().logical_and(r >= 0).logical_or(asked.logical_not())).all().item<bool>()
            ? (r, s)
            : throw new ArgumentException("A rate is negative, infinite, or NaN where a count is known.", nameof(rates));
    }
}
