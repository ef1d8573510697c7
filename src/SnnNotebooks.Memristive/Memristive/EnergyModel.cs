using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive;

/// <summary>Counts what a forward pass costs, on the activity that samples really cause.</summary>
public static class EnergyModel
{
    /// <summary>Estimates the energy of an answer.</summary>
    /// <param name="network">Its conductances count where it has devices.</param>
    /// <param name="samples">Whose mean activity counts; some hundreds are enough.</param>
    /// <param name="passes">Binary passes for one answer, at least 1.</param>
    /// <param name="assumptions">What each operation costs.</param>
    /// <returns>Energy by kind of operation, for one answer.</returns>
    /// <exception cref="ArgumentException">The samples do not fit, or there are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer passes than 1.</exception>
    public static EnergyEstimate Estimate(
        StochasticNetwork network, VectorDataset samples, int passes = 1, EnergyAssumptions? assumptions = null)
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
        var (ins, outs) = (network.Layers.Sum(layer => (double)layer.Geometry.Positions * layer.Geometry.Rows),
            network.Layers.Sum(layer => (double)layer.Geometry.Positions * layer.Geometry.Columns));
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

    private static void Accumulate(
        StochasticNetwork network, ForwardPass pass, double[][] rowConductances, ref double squares, ref double active, ref double rows)
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
