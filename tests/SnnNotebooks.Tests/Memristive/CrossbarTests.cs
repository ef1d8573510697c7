using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memristive;

public sealed class CrossbarTests
{
    [Fact]
    public void One_device_is_in_series_with_its_two_wires() =>
        Assert.Equal(1 / ((1 / 50e-6) + 2000),
            Crossbar.Effective(new float[,] { { 50e-6f } }, new CrossbarOptions(WireResistance: 1000))[0, 0], 1e-10);

    [Fact]
    public void Ideal_wires_change_nothing_and_good_ones_little()
    {
        var devices = Random(70, 90);
        Assert.Equal(devices, Crossbar.Effective(devices, new CrossbarOptions(WireResistance: 0)));
        foreach (var (seen, device) in Crossbar.Effective(devices, new CrossbarOptions(WireResistance: 1e-4)).Cast<float>()
            .Zip(devices.Cast<float>()))
        {
            Assert.Equal(1, seen / device, 1e-4f);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3000)]
    public void Currents_obey_the_nodal_equations(double resistance)
    {
        var devices = Random(5, 7);
        var seen = Crossbar.Effective(devices, new CrossbarOptions(WireResistance: resistance));
        var exact = Nodal(devices, resistance);
        for (var column = 0; column < 5; column++)
        {
            for (var row = 0; row < 7; row++)
            {
                Assert.Equal(1, seen[column, row] / exact[column, row], 1e-5);
                Assert.True(seen[column, row] < devices[column, row]);
            }
        }
    }

    [Fact]
    public void Tiles_are_read_by_themselves()
    {
        var devices = Random(10, 9);
        var options = new CrossbarOptions(4, 3, 50);
        var seen = Crossbar.Effective(devices, options);
        Assert.Equal(3 * 4, options.Tiles(9, 10));

        var corner = new float[1, 1] { { devices[9, 8] } };
        Assert.Equal(Crossbar.Effective(corner, options)[0, 0], seen[9, 8]);
    }

    [Fact]
    public void A_network_read_through_wires_has_smaller_weights_until_it_learns()
    {
        var network = new StochasticNetwork(NetworkOptions.Dense(20, 3) with { Device = new DeviceOptions() }, 6, 6);
        var weights = (MemristorWeights)network.Layers[0].Weights;
        var before = weights.ToMatrix();
        weights.ReadThrough(new CrossbarOptions(WireResistance: 0));
        foreach (var (a, b) in before.Cast<float>().Zip(weights.ToMatrix().Cast<float>()))
        {
            Assert.Equal(a, b, 1e-5f);
        }

        weights.ReadThrough(new CrossbarOptions(WireResistance: 20));
        Assert.InRange(weights.RootMeanSquare(), 0.5 * Math.Sqrt(before.Cast<float>().Average(w => w * w)),
            0.99 * Math.Sqrt(before.Cast<float>().Average(w => w * w)));
    }

    [Fact]
    public void Wires_stay_whatever_becomes_of_the_devices_until_a_pulse()
    {
        var network = new StochasticNetwork(NetworkOptions.Dense(3) with { Device = new DeviceOptions
        {
            DriftExponent = 0.05,
            DriftSpread = 0.3,
        } }, 2, 2);
        var weights = (MemristorWeights)network.Layers[0].Weights;
        var target = new float[3, 4];
        for (var i = 0; i < 12; i++)
        {
            target[i / 4, i % 4] = ((i / 4) - 1) * 0.5f + (0.1f * (i % 4));
        }

        float[] Through() => [.. Enumerable.Range(0, 12).Select(i =>
        {
            var wires = new CrossbarOptions(64, 64, 2000);
            var (up, down) = (Crossbar.Effective(weights.Conductances(true), wires),
                Crossbar.Effective(weights.Conductances(false), wires));
            var range = weights.Device.MaximumConductance - weights.Device.MinimumConductance;
            return (float)(weights.Device.WeightRange * (up[i / 4, i % 4] - down[i / 4, i % 4]) / range);
        })];
        float[] Ideal() => [.. Enumerable.Range(0, 12).Select(i =>
            (float)(weights.Device.WeightRange * (weights.Conductance(i % 4, i / 4, true) - weights.Conductance(i % 4, i / 4, false))
                / (weights.Device.MaximumConductance - weights.Device.MinimumConductance)))];
        void Same(float[] expected) =>
            Assert.All(expected.Zip(weights.ToMatrix().Cast<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        weights.Program(target);
        Same(Ideal());
        weights.ReadThrough(new CrossbarOptions(64, 64, 2000));
        var seen = weights.ToMatrix();
        Same(Through());
        weights.Drift(1); // t = t0: nothing relaxes
        Assert.Equal(seen, weights.ToMatrix());
        weights.Drift(1000);
        Same(Through());
        weights.Program(target);
        Same(Through());
        Assert.Equal(seen, weights.ToMatrix());

        weights.Pulse(0, new float[weights.Stride].Select((_, i) => i < 3 ? 1f : 0f).ToArray(), 1, 1, 0);
        Same(Ideal()); // every row, not only the one that was moved
        weights.ReadThrough(new CrossbarOptions(64, 64, 2000));
        weights.ReadThrough(new CrossbarOptions(WireResistance: 0));
        Same(Ideal());
    }

    [Fact]
    public void Impossible_wires_and_devices_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Crossbar.Effective(Random(2, 2), new CrossbarOptions(WireResistance: -1)));
        Assert.Throws<ArgumentException>(() => Crossbar.Effective(Random(2, 2), new CrossbarOptions(0)));
        Assert.Throws<ArgumentException>(() => Crossbar.Effective(new[,] { { float.NaN } }, new CrossbarOptions()));
    }

    private static float[,] Random(int columns, int rows)
    {
        var chance = new Random(3);
        var devices = new float[columns, rows];
        for (var i = 0; i < devices.Length; i++)
        {
            devices[i / rows, i % rows] = (1 + (99 * chance.NextSingle())) * 1e-6f;
        }

        return devices;
    }

    // all nodes at once: [row nodes, column nodes]
    private static double[,] Nodal(float[,] devices, double resistance)
    {
        var (n, m) = (devices.GetLength(0), devices.GetLength(1));
        var (a, wire) = (new double[2 * m * n, 2 * m * n], 1 / resistance);
        int RowNode(int i, int j) => (i * n) + j;
        int ColumnNode(int i, int j) => (m * n) + (i * n) + j;
        void Connect(int p, int q, double conductance)
        {
            a[p, p] += conductance;
            if (q >= 0)
            {
                a[q, q] += conductance;
                a[p, q] -= conductance;
                a[q, p] -= conductance;
            }
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Connect(RowNode(i, j), ColumnNode(i, j), devices[j, i]);
                Connect(RowNode(i, j), j == 0 ? -1 : RowNode(i, j - 1), wire);
                Connect(ColumnNode(i, j), i == m - 1 ? -1 : ColumnNode(i + 1, j), wire);
            }
        }

        using var scope = NewDisposeScope();
        var drives = zeros(2 * m * n, m, dtype: ScalarType.Float64);
        for (var i = 0; i < m; i++)
        {
            drives[RowNode(i, 0), i] = wire;
        }

        var voltages = linalg.solve(tensor(a), drives);
        var currents = new double[n, m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                currents[j, i] = voltages[ColumnNode(m - 1, j), i].item<double>() * wire;
            }
        }

        return currents;
    }
}
