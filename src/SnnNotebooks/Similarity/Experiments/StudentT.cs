namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>Probability of a |t| at least as large.</summary>
    public static double TwoSided(double t, double freedom) => IncompleteBeta(freedom / (freedom + (t * t)), freedom / 2, 0.5);

    /// <summary>The t that is exceeded with probability 0.025.</summary>
    public static double Quantile975(double freedom)
    {
        var (low, high) = (0.0, 1e3);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = TwoSided(middle, freedom) > 0.05 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun, 26.5.8, evaluated after Lentz).</summary>
    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - IncompleteBeta(1 - x, b, a);
        }

        const double Tiny = 1e-300;
        var (c, d, fraction) = (1.0, 0.0, 1.0);
        for (var i = 0; i <= 400; i++)
        {
            var m = i / 2;
            var term = i == 0 ? 1
                : i % 2 == 0 ? m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)))
                : -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 + (term * d);
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = 1 + (term / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            fraction *= c * d;
            if (Math.Abs(1 - (c * d)) < 1e-15)
            {
                break;
            }
        }

        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) - (LogGamma(a) + LogGamma(b) - LogGamma(a + b))) / a;
        return front * (fraction - 1);
    }

    /// <summary>Stirling's series above 10, brought there by the recurrence.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 10; x++)
        {
            shift -= Math.Log(x);
        }

        var inverse = 1 / (x * x);
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + ((1.0 / 12 - (inverse * (1.0 / 360 - (inverse * (1.0 / 1260 - (inverse / 1680)))))) / x);
    }
}
