using System.Globalization;

namespace SnnNotebooks.Memristive;

/// <summary>
/// What each operation costs. Digital figures are the 45 nm ones of the spiking-network literature (M. Horowitz, ISSCC 2014: 4.6 pJ
/// for a 32-bit multiply-accumulate; 5 pJ for an access to static memory); those of the arrays are assumptions of this kit
/// (spec binary_stochastic.md, section 5). The paper's own constants are not known here.
/// </summary>
public sealed record EnergyAssumptions
{
    /// <summary>Joule of a 32-bit floating-point multiply-accumulate.</summary>
    public double FloatMac { get; init; } = 4.6e-12;

    /// <summary>Joule of an 8-bit multiply-accumulate.</summary>
    public double ByteMac { get; init; } = 0.23e-12;

    /// <summary>Joule of fetching one weight from static memory.</summary>
    public double WeightAccess { get; init; } = 5e-12;

    /// <summary>Joule of one 8-bit conversion, digital to analog or back.</summary>
    public double Conversion { get; init; } = 2e-12;

    /// <summary>Joule of one comparator decision.</summary>
    public double Comparator { get; init; } = 10e-15;

    /// <summary>Volt on a row that is read with the value 1.</summary>
    public double ReadVoltage { get; init; } = 0.1;

    /// <summary>Seconds that a read lasts.</summary>
    public double ReadTime { get; init; } = 10e-9;

    /// <summary>Siemens of a pair of devices together where weights are ideal: both around the middle of 1 to 100 uS.</summary>
    public double PairConductance { get; init; } = 101e-6;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"assumed: 32-bit MAC {FloatMac * 1e12:0.##} pJ, 8-bit MAC {ByteMac * 1e12:0.##} pJ, weight from SRAM "
        + $"{WeightAccess * 1e12:0.##} pJ, 8-bit conversion {Conversion * 1e12:0.##} pJ, comparator {Comparator * 1e15:0.##} fJ, read "
        + $"{ReadVoltage:0.###} V for {ReadTime * 1e9:0.##} ns, {PairConductance * 1e6:0.##} uS a pair where weights are ideal");
}
