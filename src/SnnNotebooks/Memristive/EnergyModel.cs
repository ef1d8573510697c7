using System.Globalization;
using SnnNotebooks.Memristive.Devices;

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
        $"assumed: 32-bit MAC {FloatMac * 1e12:0.##} pJ, 8-bit MAC {ByteMac * 1e12:0.##} pJ, weight from SRAM {WeightAccess * 1e12:0.##} pJ, 8-bit conversion {Conversion * 1e12:0.##} pJ, comparator {Comparator * 1e15:0.##} fJ, read {ReadVoltage:0.###} V for {ReadTime * 1e9:0.##} ns, {PairConductance * 1e6:0.##} uS a pair where weights are ideal");
}

/// <summary>Joule for one sample on four kinds of hardware, with the assumptions behind them.</summary>
/// <param name="Macs">Multiply-accumulates of one forward pass.</param>
/// <param name="Passes">Binary passes that the binary-stochastic system needs for one answer; the others need one.</param>
/// <param name="CmosFloat">32-bit digital.</param>
/// <param name="CmosByte">8-bit digital.</param>
/// <param name="MemristorHighPrecision">Crossbars with converters at every row and column.</param>
/// <param name="BinaryStochastic">Crossbars with comparators, all passes.</param>
/// <param name="BinaryActivity">Share of rows that carried a 1.</param>
/// <param name="Assumptions">What each operation costs.</param>
public sealed record EnergyEstimate(double Macs, int Passes, double CmosFloat, double CmosByte, double MemristorHighPrecision, double BinaryStochastic, double BinaryActivity, EnergyAssumptions Assumptions)
{
    /// <summary>How many times less than the high-precision memristor system; the paper's abstract: about 100.</summary>
    public double RatioToMemristor => MemristorHighPrecision / BinaryStochastic;

    /// <summary>How many times less than 32-bit digital hardware; the paper's abstract: about 1,000.</summary>
    public double RatioToCmos => CmosFloat / BinaryStochastic;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"per sample ({Macs:0} MACs): 32-bit CMOS {CmosFloat * 1e9:0.##} nJ, 8-bit CMOS {CmosByte * 1e9:0.##} nJ, memristor with converters {MemristorHighPrecision * 1e9:0.###} nJ, binary-stochastic {BinaryStochastic * 1e9:0.###} nJ in {Passes} {(Passes == 1 ? "pass" : "passes")} ({100 * BinaryActivity:0.#} % of rows active): {RatioToMemristor:0.#} times less than memristor, {RatioToCmos:0} times less than CMOS; {Assumptions}");
}

/// <summary>Counts what a forward pass costs, on the activity that samples really cause.</summary>
public static class EnergyModel
{
    /// <summary>Estimates the energy of an answer.</summary>
    /// <param name="network">Its conductances count where it has devices.</param>
    /// <param name="samples">Whose mean activity counts; some hundreds are enough.</param>
    /// <param name="passes">Binary passes for one answer, at least 1.</param>
    /// <param name="assumptions">What each operation costs.</param>
    /// <exception cref="ArgumentException">The samples do not fit, or there are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer passes than 1.</exception>
    public static EnergyEstimate Estimate(StochasticNetwork network, VectorDataset samples, int passes = 1, EnergyAssumptions? assumptions = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, 1);
        network.Require(samples);
        if (samples.Count == 0)
        {
            throw new ArgumentException("There are no samples to measure activity on.", nameof(samples));
        }

        var costs = assumptions ?? new EnergyAssumptions();
        var rowConductances = network.Layers.Select(layer => RowConductances(layer.Weights, costs)).ToArray();
        var pass = new ForwardPass(network);
        var (binary, graded, active, rows) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < samples.Count; i++)
        {
            pass.Run(samples.Row(i), SignalMode.Stochastic, SignalMode.Stochastic, null, (ulong)i);
            Accumulate(network, pass, rowConductances, ref binary, ref active, ref rows);
            var (ignored, none) = (0.0, 0.0);
            pass.Run(samples.Row(i), SignalMode.Exact, SignalMode.Exact, null, (ulong)i);
            Accumulate(network, pass, rowConductances, ref graded, ref ignored, ref none);
        }

        // V^2 G t of each device whose row is driven; a grey row is driven with its share of the voltage
        var device = costs.ReadVoltage * costs.ReadVoltage * costs.ReadTime / samples.Count;
        var macs = network.Layers.Sum(layer => (double)layer.Geometry.Positions * layer.Geometry.Rows * layer.Geometry.Columns);
        var (ins, outs) = (network.Layers.Sum(layer => (double)layer.Geometry.Positions * layer.Geometry.Rows), network.Layers.Sum(layer => (double)layer.Geometry.Positions * layer.Geometry.Columns));
        return new EnergyEstimate(
            macs,
            passes,
            macs * (costs.FloatMac + costs.WeightAccess),
            macs * (costs.ByteMac + costs.WeightAccess),
            (graded * device) + ((ins + outs) * costs.Conversion),
            passes * ((binary * device) + (outs * costs.Comparator)),
            active / rows,
            costs);
    }

    private static void Accumulate(StochasticNetwork network, ForwardPass pass, double[][] rowConductances, ref double squares, ref double active, ref double rows)
    {
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var (layer, signals) = (network.Layers[i], pass.Signals[i]);
            for (var position = 0; position < layer.Geometry.Positions; position++)
            {
                var sources = layer.Sources(position);
                for (var row = 0; row < layer.Geometry.Rows; row++)
                {
                    double x = StochasticLayer.Signal(signals, sources, row);
                    squares += x * x * rowConductances[i][row];
                    active += x;
                    rows++;
                }
            }
        }
    }

    private static double[] RowConductances(WeightArray weights, EnergyAssumptions costs)
    {
        var sums = new double[weights.Rows];
        for (var row = 0; row < weights.Rows; row++)
        {
            for (var column = 0; column < weights.Columns; column++)
            {
                sums[row] += weights is MemristorWeights devices
                    ? devices.Conductance(row, column, true) + devices.Conductance(row, column, false)
                    : costs.PairConductance;
            }
        }

        return sums;
    }
}
