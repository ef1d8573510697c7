using System.Globalization;

namespace SnnNotebooks.Memristive;

/// <summary>Joule for one sample on four kinds of hardware, with the assumptions behind them.</summary>
/// <param name="Macs">Multiply-accumulates of one forward pass.</param>
/// <param name="Passes">Binary passes that the binary-stochastic system needs for one answer; the others need one.</param>
/// <param name="CmosFloat">32-bit digital.</param>
/// <param name="CmosByte">8-bit digital.</param>
/// <param name="MemristorHighPrecision">Crossbars with converters at every row and column.</param>
/// <param name="BinaryStochastic">Crossbars with comparators, all passes.</param>
/// <param name="BinaryActivity">Share of rows that carried a 1.</param>
/// <param name="Assumptions">What each operation costs.</param>
public sealed record EnergyEstimate(double Macs, int Passes, double CmosFloat, double CmosByte, double MemristorHighPrecision,
    double BinaryStochastic, double BinaryActivity, EnergyAssumptions Assumptions)
{
    /// <summary>How many times less than the high-precision memristor system; the paper's abstract: about 100.</summary>
    public double RatioToMemristor => MemristorHighPrecision / BinaryStochastic;

    /// <summary>How many times less than 32-bit digital hardware; the paper's abstract: about 1,000.</summary>
    public double RatioToCmos => CmosFloat / BinaryStochastic;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"per sample ({Macs:0} MACs): 32-bit CMOS {CmosFloat * 1e9:0.##} nJ, 8-bit CMOS {CmosByte * 1e9:0.##} nJ, memristor with "
        + $"converters {MemristorHighPrecision * 1e9:0.###} nJ, binary-stochastic {BinaryStochastic * 1e9:0.###} nJ in "
        + $"{Passes} {(Passes == 1 ? "pass" : "passes")} ({100 * BinaryActivity:0.#} % of rows active): {RatioToMemristor:0.#} times "
        + $"less than memristor, {RatioToCmos:0} times less than CMOS; {Assumptions}");
}
