namespace SnnNotebooks.Memristive.Devices;

/// <summary>How a high-precision update becomes pulses.</summary>
public enum PulseProgramming
{
    /// <summary>A pulse of any size.</summary>
    Analog,

    /// <summary>The nearest number of whole pulses: changes below half a pulse are lost.</summary>
    Nearest,

    /// <summary>Whole pulses whose mean is the change.</summary>
    Stochastic,
}

/// <summary>
/// A memristor and how a pair of them holds a weight, W = kappa (g+ - g-), with g = (G - Gmin) / (Gmax - Gmin) in [0, 1].
/// A pulse moves g up by alpha exp(-nu g), or down by alpha exp(-nu (1 - g)), with alpha = (e^nu - 1) / (nu N) so that N pulses
/// cross the range. Spec binary_stochastic.md, sections 3 and 7.5; the values of the paper itself are not known here.
/// </summary>
public sealed record DeviceOptions
{
    /// <summary>Gmin in siemens, above 0.</summary>
    public double MinimumConductance { get; init; } = 1e-6;

    /// <summary>Gmax in siemens, above Gmin.</summary>
    public double MaximumConductance { get; init; } = 100e-6;

    /// <summary>N, the pulses that cross the range; also the levels that <see cref="MemristorWeights.Program"/> can tell apart.</summary>
    public int Steps { get; init; } = 64;

    /// <summary>N of downward pulses where it is another; null for the same.</summary>
    public int? DepressionSteps { get; init; }

    /// <summary>nu of upward pulses: 0 is linear, about 3 strong.</summary>
    public double PotentiationNonlinearity { get; init; }

    /// <summary>nu of downward pulses.</summary>
    public double DepressionNonlinearity { get; init; }

    /// <summary>sigma_c: relative standard deviation of a step from pulse to pulse.</summary>
    public double CycleToCycle { get; init; }

    /// <summary>sigma_d: standard deviation of the logarithm of the step from device to device, drawn apart for up and down.</summary>
    public double DeviceToDevice { get; init; }

    /// <summary>sigma_w: standard deviation, in units of alpha, of what every pulse adds whatever its size.</summary>
    public double WriteNoise { get; init; }

    /// <summary>sigma_r: relative standard deviation of the conductance from read to read.</summary>
    public double ReadNoise { get; init; }

    /// <summary>Share of devices that stay at Gmax.</summary>
    public double StuckOn { get; init; }

    /// <summary>Share of devices that stay at Gmin.</summary>
    public double StuckOff { get; init; }

    /// <summary>Exponent of the retention drift G(t) = G(t0) (t / t0)^-exponent; acts in <see cref="MemristorWeights.Drift"/>.</summary>
    public double DriftExponent { get; init; }

    /// <summary>Relative standard deviation of that exponent from device to device.</summary>
    public double DriftSpread { get; init; }

    /// <summary>kappa: the weight of a pair at opposite ends of the range.</summary>
    public double WeightRange { get; init; } = 2;

    /// <summary>How a high-precision update becomes pulses.</summary>
    public PulseProgramming Programming { get; init; } = PulseProgramming.Stochastic;

    /// <summary>The size alpha of a pulse at the end it starts from, so that N of them cross the range.</summary>
    /// <param name="nonlinearity">nu, 0 to 20.</param>
    /// <param name="steps">N.</param>
    internal static double Alpha(double nonlinearity, double steps) =>
        nonlinearity == 0 ? 1 / steps : (Math.Exp(nonlinearity) - 1) / (nonlinearity * steps);

    /// <summary>Checks that the numbers are in their ranges.</summary>
    /// <exception cref="ArgumentException">One is not; the message says which.</exception>
    internal void Validate()
    {
        Require(MinimumConductance > 0 && MaximumConductance > MinimumConductance && double.IsFinite(MaximumConductance),
            $"the conductances {MinimumConductance} and {MaximumConductance}", "0 < Gmin < Gmax, in siemens");
        Require(Steps is >= 1 and <= 1 << 16, $"{nameof(Steps)} {Steps}", "1 to 65,536");
        Require(DepressionSteps is null or (>= 1 and <= 1 << 16), $"{nameof(DepressionSteps)} {DepressionSteps}", "1 to 65,536, or none");
        Require(WeightRange > 0 && double.IsFinite(WeightRange), $"{nameof(WeightRange)} {WeightRange}", "a number above 0");
        foreach (var (value, name) in new[] { (PotentiationNonlinearity, nameof(PotentiationNonlinearity)),
            (DepressionNonlinearity, nameof(DepressionNonlinearity)) })
        {
            Require(value is >= 0 and <= 20, $"{name} {value}", "0 to 20");
        }

        foreach (var (value, name) in new[] { (CycleToCycle, nameof(CycleToCycle)), (DeviceToDevice, nameof(DeviceToDevice)),
            (WriteNoise, nameof(WriteNoise)), (ReadNoise, nameof(ReadNoise)), (DriftExponent, nameof(DriftExponent)),
            (DriftSpread, nameof(DriftSpread)) })
        {
            Require(value >= 0 && double.IsFinite(value), $"{name} {value}", "a number of at least 0");
        }

        Require(StuckOn >= 0 && StuckOff >= 0 && StuckOn + StuckOff <= 1, $"stuck shares {StuckOn} and {StuckOff}",
            "shares of at least 0 that add up to at most 1");

        static void Require(bool holds, string found, string expected)
        {
            if (!holds)
            {
                throw new ArgumentException($"The device has {found}; expected {expected}.");
            }
        }
    }
}
