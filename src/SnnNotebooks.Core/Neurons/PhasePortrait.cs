using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>Where one time step takes a neuron's membrane potential under a constant input, before it fires: H - V for every V.</summary>
/// <param name="Potentials">V, ascending.</param>
/// <param name="Curves">For each input X, the change H - V at each potential.</param>
/// <param name="Threshold">Firing threshold.</param>
/// <param name="Reset">Potential after a spike, or null for soft reset.</param>
public sealed record PhasePortrait(
    IReadOnlyList<double> Potentials,
    IReadOnlyList<PhaseCurve> Curves,
    double Threshold,
    double? Reset)
{
    /// <summary>Evaluates a neuron's charge equation.</summary>
    /// <param name="neuron">The neuron; its own state is not touched.</param>
    /// <param name="inputs">Constant inputs X, one curve each.</param>
    /// <param name="from">Least potential.</param>
    /// <param name="to">Greatest potential, above <paramref name="from"/>.</param>
    /// <param name="points">How many potentials, at least 2.</param>
    /// <returns>The portrait.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static PhasePortrait Of(PointNeuron neuron, IReadOnlyList<double> inputs, double from, double to, int points = 401)
    {
        ArgumentNullException.ThrowIfNull(neuron);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (!(to > from) || !double.IsFinite(to - from))
        {
            throw new ArgumentOutOfRangeException(
                nameof(to), to, FormattableString.Invariant($"The greatest potential must be a finite number above the least, {from}."));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var v = linspace(from, to, points, dtype: ScalarType.Float64, device: CPU);
        var curves = inputs.Select(input =>
        {
            var charged = neuron.Charged(v, full_like(v, input));
            return new PhaseCurve(input, (charged - v).Numbers<double>());
        }).ToArray();
        return new PhasePortrait(v.Numbers<double>(), curves, neuron.Threshold, neuron.ResetPotential);
    }

    /// <summary>Potentials at which the neuron would stay, below the threshold, in ascending order for each curve.</summary>
    public IReadOnlyList<FixedPoint> FixedPoints => [.. Curves.SelectMany(PointsOf)];

    private IEnumerable<FixedPoint> PointsOf(PhaseCurve curve)
    {
        for (var i = 0; i + 1 < Potentials.Count; i++)
        {
            var (v, next, change, nextChange) = (Potentials[i], Potentials[i + 1], curve.Change[i], curve.Change[i + 1]);
            if (change == 0 && nextChange == 0)
            {
                continue; // every potential stays
            }

            // each crossing once: at its left end, or between the ends
            if (change == 0 || change * nextChange < 0)
            {
                var slope = (nextChange - change) / (next - v);
                var potential = v - (change / slope);
                if (potential < Threshold)
                {
                    // a deviation d becomes (1 + slope) d in a step
                    yield return new FixedPoint(curve.Input, potential, Math.Abs(1 + slope) < 1);
                }
            }
        }
    }
}

/// <summary>The curve of one input.</summary>
/// <param name="Input">X.</param>
/// <param name="Change">H - V at each potential.</param>
public sealed record PhaseCurve(double Input, IReadOnlyList<double> Change);

/// <summary>A potential at which a neuron would stay.</summary>
/// <param name="Input">X.</param>
/// <param name="Potential">V with H = V.</param>
/// <param name="Stable">Whether small deviations die out.</param>
public sealed record FixedPoint(double Input, double Potential, bool Stable);
