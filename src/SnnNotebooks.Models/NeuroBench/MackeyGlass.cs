namespace SnnNotebooks.NeuroBench;

/// <summary>
/// The chaotic series of M. C. Mackey and L. Glass (Science 197, 1977): x'(t) = beta x(t - tau) / (1 + x(t - tau)^n) - gamma x(t), the past
/// constant. NeuroBench's own numbers come from jitcdde; this integrates with the classical Runge-Kutta method of fourth order and cubic
/// Hermite interpolation between steps, of which a whole number make tau, so that the kinks at multiples of tau lie on steps. After some
/// ten Lyapunov times no two solvers agree on a chaotic path, but on its statistics they do.
/// </summary>
/// <param name="Tau">Delay, above 0.</param>
/// <param name="Beta">Gain.</param>
/// <param name="Gamma">Decay.</param>
/// <param name="Exponent">n.</param>
/// <param name="Past">x before 0.</param>
/// <param name="StepsPerDelay">Steps that make tau, at least 1.</param>
public sealed record MackeyGlass(
    double Tau = 17, double Beta = 0.2, double Gamma = 0.1, double Exponent = 10, double Past = 0.7206597, int StepsPerDelay = 170)
{
    /// <summary>The Lyapunov time that NeuroBench counts in.</summary>
    public const double LyapunovTime = 197;

    /// <summary>Points in a Lyapunov time.</summary>
    public const int PointsPerLyapunovTime = 75;

    /// <summary>Samples the path from t = tau on, where NeuroBench begins, 75 in a Lyapunov time.</summary>
    /// <param name="points">How many, at least 1.</param>
    /// <returns>x at tau, tau + 197 / 75, ...</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public double[] Sample(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StepsPerDelay, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Tau);
        var interval = LyapunovTime / PointsPerLyapunovTime;
        var step = Tau / StepsPerDelay;
        var (x, slope) = Integrate(checked((int)Math.Ceiling((Tau + (points * interval)) / step) + 1), step);
        return [.. Enumerable.Range(0, points).Select(i => Between(x, slope, step, Tau + (i * interval)))];
    }

    private (double[] X, double[] Slope) Integrate(int steps, double step)
    {
        var (x, slope) = (new double[steps + 1], new double[steps + 1]);
        x[0] = Past;
        for (var k = 0; k <= steps; k++)
        {
            var delayed = k - StepsPerDelay;
            slope[k] = Slope(x[k], At(delayed));
            if (k == steps)
            {
                break;
            }

            // the delayed path half a step on, by its cubic Hermite polynomial
            var middle = delayed < 0 ? Past
                : ((x[delayed] + x[delayed + 1]) / 2) + (step / 8 * (slope[delayed] - slope[delayed + 1]));
            var second = Slope(x[k] + (step / 2 * slope[k]), middle);
            var third = Slope(x[k] + (step / 2 * second), middle);
            var fourth = Slope(x[k] + (step * third), At(delayed + 1));
            x[k + 1] = x[k] + (step / 6 * (slope[k] + (2 * second) + (2 * third) + fourth));
        }

        return (x, slope);

        double At(int index) => index < 0 ? Past : x[index];
    }

    private double Slope(double value, double delayed) => (Beta * delayed / (1 + Math.Pow(delayed, Exponent))) - (Gamma * value);

    private static double Between(double[] x, double[] slope, double step, double time)
    {
        var index = Math.Min((int)(time / step), x.Length - 2);
        var u = (time / step) - index;
        var (rest, square) = (1 - u, u * u);
        return ((1 + (2 * u)) * rest * rest * x[index]) + (u * rest * rest * step * slope[index])
            + (square * (3 - (2 * u)) * x[index + 1]) + (square * (u - 1) * step * slope[index + 1]);
    }
}
