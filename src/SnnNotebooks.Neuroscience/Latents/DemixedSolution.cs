using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Decoders and encoders of dPCA for one lambda (D. Kobak et al. 2016; the published MATLAB code).</summary>
/// <param name="Decoders">[N, D], float64.</param>
/// <param name="Encoders">[N, D], float64.</param>
/// <param name="Marginalisations">Of each axis the place of its marginalisation.</param>
internal sealed record DemixedSolution(Tensor Decoders, Tensor Encoders, IReadOnlyList<int> Marginalisations)
{
    private const double Fallback = 1e-10; // lambda where the covariance cannot be inverted, as published

    /// <summary>Solves one reduced-rank regression of each marginalisation on the responses.</summary>
    /// <param name="parts">The marginalisations.</param>
    /// <param name="noise">[N, N]: noise covariance, or zeros.</param>
    /// <param name="lambda">Regularisation.</param>
    /// <param name="components">Of each at most.</param>
    public static DemixedSolution Of(IReadOnlyList<Marginalisation> parts, Tensor noise, double lambda, int components)
    {
        using var scope = NewDisposeScope();
        var rows = Sum(parts);
        var covariance = rows.t().Product(rows);
        var total = covariance.trace().ToDouble();
        var gram = Gram(lambda);
        if (linalg.cholesky_ex(gram).info.item<int>() != 0)
        {
            gram = Gram(Math.Max(lambda, Fallback));
        }

        List<Tensor> decoders = [], encoders = [];
        List<int> which = [];
        foreach (var (part, place) in parts.Select((part, place) => (part, place)))
        {
            var (decoder, encoder) = ReducedRank.Solve(gram, rows.t().Product(part.Values), components, covariance);

            // an axis points to where more neurons rise
            var sign = where(encoder.sign().sum([0]) < 0, -1.0, 1.0);
            decoders.Add(decoder * sign);
            encoders.Add(encoder * sign);
            which.AddRange(Enumerable.Repeat(place, (int)decoder.shape[1]));
        }

        return new DemixedSolution(cat(decoders, 1).MoveToOuterDisposeScope(), cat(encoders, 1).MoveToOuterDisposeScope(), which);

        Tensor Gram(double weight) => covariance + noise
            + (Math.Pow(total * weight, 2) * eye(covariance.shape[0], dtype: float64, device: covariance.device));
    }

    /// <summary>The responses that marginalisations add up to, [conditions * T, N].</summary>
    public static Tensor Sum(IReadOnlyList<Marginalisation> parts) =>
        parts.Skip(1).Aggregate(parts[0].Values, (all, part) => all + part.Values);

    /// <summary>Of each axis and marginalisation the share of the total variance it explains, [D][parts].</summary>
    public double[][] Explained(IReadOnlyList<Marginalisation> parts)
    {
        using var scope = NewDisposeScope();
        var total = Sum(parts).square().sum();
        var shares = stack([.. parts.Select(part =>
        {
            // |Y|^2 - |Y - Y w v'|^2 for every axis at once
            var read = part.Values.Product(Decoders);
            return ((2 * (part.Values.Product(Encoders) * read).sum([0])) - (read.square().sum([0]) * Encoders.square().sum([0]))) / total;
        })], 1);
        var flat = shares.Numbers<double>();
        return [.. flat.Chunk(parts.Count)];
    }

    /// <summary>Squared error of reading each marginalisation from other responses, [conditions * T, N].</summary>
    public double Error(IReadOnlyList<Marginalisation> parts, Tensor responses)
    {
        using var scope = NewDisposeScope();
        var read = responses.Product(Decoders);
        return parts.Select((part, place) =>
        {
            var own = tensor(Marginalisations.Select(axis => axis == place ? 1.0 : 0).ToArray(), device: responses.device);
            return (part.Values - (read * own).Product(Encoders.t())).square().sum().ToDouble();
        }).Sum();
    }

    /// <summary>The axes of the given places, in that order.</summary>
    public DemixedSolution Chosen(IReadOnlyList<int> axes)
    {
        var places = tensor(axes.Select(axis => (long)axis).ToArray(), device: Decoders.device);
        return new DemixedSolution(Decoders.index_select(1, places), Encoders.index_select(1, places),
            [.. axes.Select(axis => Marginalisations[axis])]);
    }
}
