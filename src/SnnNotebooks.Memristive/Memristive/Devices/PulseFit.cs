namespace SnnNotebooks.Memristive.Devices;

/// <summary>One direction of a measured curve in terms of the model.</summary>
/// <param name="Nonlinearity">nu.</param>
/// <param name="Steps">N, the pulses that would cross the range.</param>
/// <param name="Residual">Root of the mean square of measured minus fitted g, as a share of the range.</param>
/// <param name="StepSpread">Standard deviation of measured steps relative to fitted ones: cycle-to-cycle spread, with what the measurement
/// itself adds.</param>
/// <param name="Fitted">The fitted curve in siemens, point by point.</param>
public sealed record BranchFit(double Nonlinearity, double Steps, double Residual, double StepSpread, IReadOnlyList<double> Fitted);

/// <summary>
/// A measured curve fitted to the soft-bound model of <see cref="DeviceOptions"/>, g' = min(1, g + alpha exp(-nu g)), by least squares over
/// nu, alpha and the first g (Levenberg-Marquardt from several nu). Gmin and Gmax are the ends of the curve.
/// </summary>
/// <param name="MinimumConductance">Gmin in siemens.</param>
/// <param name="MaximumConductance">Gmax in siemens.</param>
/// <param name="Potentiation">Upward pulses, or null where the curve has none.</param>
/// <param name="Depression">Downward pulses, or null where the curve has none.</param>
public sealed record PulseFit(double MinimumConductance, double MaximumConductance, BranchFit? Potentiation, BranchFit? Depression)
{
    private const double MostNonlinearity = 20;
    private static readonly double[] Starts = [0.05, 0.5, 1.5, 3, 6, 10];

    /// <summary>Fits a curve.</summary>
    /// <param name="curve">At least three points in one of the two directions.</param>
    /// <returns>Gmin, Gmax and the fit of each direction that was measured.</returns>
    /// <exception cref="InvalidDataException">The curve is flat, or has too few points.</exception>
    public static PulseFit Of(PulseCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var all = curve.Potentiation.Concat(curve.Depression).ToArray();
        var (low, high) = all.Length == 0 ? (0, 0) : (all.Min(), all.Max());
        if (!(high > low))
        {
            throw new InvalidDataException("The curve is flat: there is no step to fit.");
        }

        var potentiation = curve.Potentiation.Count < 3
            ? null
            : Fit([.. curve.Potentiation.Select(value => (value - low) / (high - low))], value => low + (value * (high - low)));
        var depression = curve.Depression.Count < 3
            ? null
            : Fit([.. curve.Depression.Select(value => (high - value) / (high - low))], value => high - (value * (high - low)));
        return potentiation is null && depression is null
            ? throw new InvalidDataException("The curve has fewer than 3 points in either direction.")
            : new PulseFit(low, high, potentiation, depression);
    }

    /// <summary>
    /// The device of the fit: what the curve does not tell is as in <paramref name="others"/>. A direction that was not measured is taken
    /// as the other.
    /// </summary>
    /// <param name="others">Spread between devices, read noise, weight range and so on.</param>
    /// <returns>The device.</returns>
    public DeviceOptions ToDevice(DeviceOptions others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var (up, down) = (Potentiation ?? Depression!, Depression ?? Potentiation!);
        static int Whole(double steps) => (int)Math.Clamp(Math.Round(steps), 1, 1 << 16);
        return others with
        {
            // Gmin of 0 is below what an instrument shows
            MinimumConductance = MinimumConductance > 0 ? MinimumConductance : MaximumConductance * 1e-6,
            MaximumConductance = MaximumConductance,
            Steps = Whole(up.Steps),
            DepressionSteps = Whole(down.Steps),
            PotentiationNonlinearity = up.Nonlinearity,
            DepressionNonlinearity = down.Nonlinearity,
            CycleToCycle = (up.StepSpread + down.StepSpread) / 2,
        };
    }

    private static BranchFit Fit(double[] measured, Func<double, double> toSiemens)
    {
        var best = (Error: double.PositiveInfinity, At: Array.Empty<double>());
        var slope = Math.Max((measured[^1] - measured[0]) / (measured.Length - 1), 1e-6);
        foreach (var nonlinearity in Starts)
        {
            var found = Descend([measured[0], Math.Log(slope * nonlinearity / (1 - Math.Exp(-nonlinearity))), nonlinearity], measured);
            if (found.Error < best.Error)
            {
                best = found;
            }
        }

        var curve = Model(best.At, measured.Length);
        var (nu, alpha) = (best.At[2], Math.Exp(best.At[1]));
        var spread = new List<double>();
        for (var i = 1; i < measured.Length; i++)
        {
            // where steps have shrunk to little, the measurement's own noise is all there is
            var step = curve[i] - curve[i - 1];
            if (step > 0.2 * alpha)
            {
                spread.Add(((measured[i] - measured[i - 1]) / step) - 1);
            }
        }

        return new BranchFit(
            nu,
            nu < 1e-6 ? 1 / alpha : (Math.Exp(nu) - 1) / (nu * alpha),
            Math.Sqrt(best.Error / measured.Length),
            spread.Count < 2 ? 0 : SampleSpread.Of(spread).Deviation,
            [.. curve.Select(toSiemens)]);
    }

    private static double[] Model(double[] at, int length)
    {
        var curve = new double[length];
        var (g, alpha, nu) = (at[0], Math.Exp(at[1]), at[2]);
        for (var i = 0; i < length; i++)
        {
            curve[i] = g;
            g = Math.Min(g + (alpha * Math.Exp(-nu * g)), 1); // the range ends there, as the device's does
        }

        return curve;
    }

    private static (double Error, double[] At) Descend(double[] at, double[] measured)
    {
        var error = Error(at, measured);
        var damping = 1e-3;
        for (var iteration = 0; iteration < 200 && damping < 1e12; iteration++)
        {
            var step = Step(at, measured, damping);
            double[] next = [Math.Clamp(at[0] + step[0], -1, 1), Math.Clamp(at[1] + step[1], -30, 3),
                Math.Clamp(at[2] + step[2], 0, MostNonlinearity)];
            var tried = Error(next, measured);
            if (tried < error)
            {
                var gain = error - tried;
                (at, error, damping) = (next, tried, damping / 5);
                if (gain < 1e-15 * (1 + error))
                {
                    break;
                }
            }
            else
            {
                damping *= 4;
            }
        }

        return (error, at);
    }

    private static double Error(double[] at, double[] measured)
    {
        var sum = 0.0;
        var curve = Model(at, measured.Length);
        for (var i = 0; i < measured.Length; i++)
        {
            sum += (curve[i] - measured[i]) * (curve[i] - measured[i]);
        }

        return double.IsFinite(sum) ? sum : double.PositiveInfinity;
    }

    // (J'J + damping diag(J'J)) step = J'(measured - model), by Cramer's rule
    private static double[] Step(double[] at, double[] measured, double damping)
    {
        var curve = Model(at, measured.Length);
        var slopes = new double[3][];
        for (var k = 0; k < 3; k++)
        {
            const double Small = 1e-6;
            var moved = (double[])at.Clone();
            moved[k] += Small;
            slopes[k] = [.. Model(moved, measured.Length).Zip(curve, (above, here) => (above - here) / Small)];
        }

        var a = new double[3, 3];
        var b = new double[3];
        for (var k = 0; k < 3; k++)
        {
            for (var l = 0; l < 3; l++)
            {
                a[k, l] = slopes[k].Zip(slopes[l], (x, y) => x * y).Sum() * (k == l ? 1 + damping : 1);
            }

            a[k, k] += 1e-30;
            b[k] = slopes[k].Zip(measured.Zip(curve, (m, c) => m - c), (x, y) => x * y).Sum();
        }

        var all = Determinant(a);
        var step = new double[3];
        for (var k = 0; k < 3; k++)
        {
            var replaced = (double[,])a.Clone();
            for (var l = 0; l < 3; l++)
            {
                replaced[l, k] = b[l];
            }

            step[k] = Determinant(replaced) / all;
        }

        return step;
    }

    private static double Determinant(double[,] a) =>
        (a[0, 0] * ((a[1, 1] * a[2, 2]) - (a[1, 2] * a[2, 1]))) - (a[0, 1] * ((a[1, 0] * a[2, 2]) - (a[1, 2] * a[2, 0])))
            + (a[0, 2] * ((a[1, 0] * a[2, 1]) - (a[1, 1] * a[2, 0])));
}
