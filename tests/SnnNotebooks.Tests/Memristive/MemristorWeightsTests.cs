using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Tests.Memristive;

public sealed class MemristorWeightsTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(3, 16)]
    public void About_n_pulses_cross_the_range(double nonlinearity, int steps)
    {
        var weights = Make(
            new DeviceOptions { Steps = steps, PotentiationNonlinearity = nonlinearity, DepressionNonlinearity = nonlinearity });
        var down = Signs(weights, -1);
        Pulse(weights, down, 3 * steps);
        Assert.Equal(1e-6, weights.Conductance(0, 0, true), 1e-12);
        Assert.Equal(100e-6, weights.Conductance(0, 0, false), 1e-12);
        Assert.Equal(-2, weights[0, 0], 1e-6f);

        // dg/dn = alpha exp(-nu g) gives g = ln(1 + nu alpha n) / nu: 1 after N pulses, but for the step's being finite
        double previous = 1e-6, step = double.PositiveInfinity;
        for (var pulse = 1; pulse <= steps; pulse++)
        {
            weights.Pulse(0, Signs(weights, 1), 1, 1, (ulong)pulse);
            var g = weights.Conductance(0, 0, true);
            var expected = 1e-6
                + (99e-6 * (nonlinearity == 0
                    ? (double)pulse / steps
                    : Math.Log(1 + ((Math.Exp(nonlinearity) - 1) * pulse / steps)) / nonlinearity));
            Assert.Equal(expected, g, nonlinearity * 99e-6 / steps * 2.2 + 1e-10);
            Assert.True(pulse >= steps - 2 || g - previous <= step + 1e-11);
            (step, previous) = (g - previous, g);
        }

        Assert.InRange(previous, 93e-6, 100e-6);
    }

    [Fact]
    public void First_weights_are_those_of_the_ideal_network()
    {
        var ideal = new StochasticNetwork(NetworkOptions.Dense(20, 3), 5, 5);
        var device = new StochasticNetwork(NetworkOptions.Dense(20, 3) with { Device = new DeviceOptions() }, 5, 5);
        foreach (var (one, other) in ideal.Layers.Zip(device.Layers))
        {
            foreach (var (a, b) in one.Weights.ToMatrix().Cast<float>().Zip(other.Weights.ToMatrix().Cast<float>()))
            {
                Assert.Equal(a, b, 1e-6f);
            }
        }
    }

    [Fact]
    public void Steps_vary_from_cycle_to_cycle_and_from_device_to_device()
    {
        const double Cycle = 0.3, Device = 0.2;
        var options = new DeviceOptions { Steps = 1000, CycleToCycle = Cycle, DeviceToDevice = Device };
        var weights = Make(options, 200, 200);
        double[][] Steps(ulong place)
        {
            var before = weights.Conductances(true).Cast<float>().ToArray();
            for (var row = 0; row < 200; row++)
            {
                weights.Pulse(row, Signs(weights, 1), 1, 1, place);
            }

            return [[.. weights.Conductances(true).Cast<float>().Zip(before, (now, then) => ((double)now - then) / 99e-6 * 1000)]];
        }

        var (first, second) = (Steps(1)[0], Steps(2)[0]);
        var factor = Math.Exp(Device * Device / 2);
        Assert.Equal(factor, first.Average(), 0.01);

        // variance of a step: E[f^2](1 + sc^2) - E[f]^2; of the difference of two steps of one device: 2 E[f^2] sc^2
        var square = Math.Exp(2 * Device * Device);
        Assert.Equal((square * (1 + (Cycle * Cycle))) - (factor * factor), Variance(first), 0.008);
        Assert.Equal(2 * square * Cycle * Cycle, Variance([.. first.Zip(second, (a, b) => a - b)]), 0.01);
    }

    [Fact]
    public void Write_noise_hits_only_devices_that_are_pulsed()
    {
        var weights = Make(new DeviceOptions { Steps = 1000, WriteNoise = 0.5 }, 100, 100);
        var before = weights.Conductances(true);
        var signs = Signs(weights, 1);
        signs[7] = 0;
        for (var row = 0; row < 100; row++)
        {
            weights.Pulse(row, signs, 1, 1, 3);
        }

        var after = weights.Conductances(true);
        var steps = new List<double>();
        for (var row = 0; row < 100; row++)
        {
            Assert.Equal(before[7, row], after[7, row]);
            steps.AddRange(Enumerable.Range(0, 100).Where(column => column != 7)
                .Select(column => (after[column, row] - before[column, row]) / 99e-6 * 1000));
        }

        Assert.Equal(1, steps.Average(), 0.02);
        Assert.Equal(0.25, Variance([.. steps]), 0.015);
    }

    [Fact]
    public void Stuck_devices_stay_and_are_as_many_as_told()
    {
        var weights = Make(new DeviceOptions { StuckOn = 0.1, StuckOff = 0.05 }, 200, 200);
        for (ulong place = 0; place < 20; place++)
        {
            for (var row = 0; row < 200; row++)
            {
                weights.Pulse(row, Signs(weights, -1), 1, 1, place);
            }
        }

        var levels = weights.Conductances(true).Cast<float>().ToArray();
        Assert.Equal(0.1, levels.Count(g => g > 99.99e-6f) / 40000.0, 0.008);
        Assert.Equal(0.05, levels.Count(g => g < 1.01e-6f) / 40000.0, 0.006);
    }

    [Fact]
    public void Read_noise_has_the_variance_of_its_columns()
    {
        var network = new StochasticNetwork(NetworkOptions.Dense(8, 2) with { Device = new DeviceOptions { ReadNoise = 0.1 } }, 4, 4);
        var forward = new ForwardPass(network);
        float[] pixels = [.. Enumerable.Range(0, 16).Select(i => i < 8 ? 1f : i < 12 ? 0.5f : 0f)];
        var reads = Enumerable.Range(0, 20000).Select(read =>
        {
            forward.Run(pixels, SignalMode.Exact, SignalMode.Exact, null, (ulong)read);
            return (double)forward.Columns[0][3];
        }).ToArray();

        var weights = (MemristorWeights)network.Layers[0].Weights;
        var (mean, variance) = (0.0, 0.0);
        for (var row = 0; row < 16; row++)
        {
            var (up, down) = (weights.Conductance(row, 3, true) / 99e-6, weights.Conductance(row, 3, false) / 99e-6);
            mean += pixels[row] * 2 * (up - down);
            variance += Math.Pow(pixels[row] * 2 * 0.1, 2) * ((up * up) + (down * down));
        }

        Assert.Equal(mean, reads.Average(), 5 * Math.Sqrt(variance / reads.Length));
        Assert.Equal(1, Variance(reads) / variance, 0.05);
    }

    [Fact]
    public void Conductances_drift_by_the_power_law()
    {
        var weights = Make(new DeviceOptions { DriftExponent = 0.05 }, 10, 10);
        var before = weights.Conductances(false);
        weights.Drift(1000);
        var after = weights.Conductances(false);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Math.Pow(1000, -0.05), after[i, 0] / before[i, 0], 1e-5);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => weights.Drift(0.5));
    }

    [Fact]
    public void Programming_lands_on_the_levels_there_are()
    {
        var weights = Make(new DeviceOptions { Steps = 8, WeightRange = 1 }, 4, 4);
        var wanted = new float[4, 4];
        for (var i = 0; i < 16; i++)
        {
            wanted[i / 4, i % 4] = (i - 8) / 6f;
        }

        weights.Program(wanted);
        for (var i = 0; i < 16; i++)
        {
            var level = (weights.Conductance(i % 4, i / 4, true) - 1e-6) / 99e-6 * 8;
            Assert.Equal(Math.Round(level), level, 1e-4);
            Assert.Equal(Math.Clamp(wanted[i / 4, i % 4], -1, 1), weights[i % 4, i / 4], 1 / 8f + 1e-5f);
        }

        Assert.Throws<ArgumentException>(() => weights.Program(new float[3, 4]));
    }

    [Theory]
    [InlineData(PulseProgramming.Analog)]
    [InlineData(PulseProgramming.Nearest)]
    [InlineData(PulseProgramming.Stochastic)]
    public void High_precision_changes_become_pulses(PulseProgramming programming)
    {
        var weights = Make(new DeviceOptions { Programming = programming }, 2000, 8);
        var before = weights.ToMatrix();
        float[] change = [0.3f, -0.2f, 0.02f, 0, 0.07f, -0.04f, 0.001f, -0.001f];
        for (var row = 0; row < 2000; row++)
        {
            weights.Change(row, change, (ulong)row);
        }

        var after = weights.ToMatrix();
        const double PulseSize = 2.0 * 2 / 64;
        for (var column = 0; column < 8; column++)
        {
            var moved = Enumerable.Range(0, 2000).Select(row => (double)after[column, row] - before[column, row]).ToArray();
            var expected = programming == PulseProgramming.Nearest ? Math.Round(change[column] / PulseSize) * PulseSize : change[column];
            Assert.Equal(expected, moved.Average(),
                programming == PulseProgramming.Stochastic ? 4 * PulseSize / 2 / Math.Sqrt(2000) : 1e-5);
            Assert.All(
                moved, step => Assert.True(
                    programming == PulseProgramming.Analog || Math.Abs((step / PulseSize) - Math.Round(step / PulseSize)) < 1e-3));
        }
    }

    [Fact]
    public void Impossible_devices_are_refused_by_name()
    {
        void Refused(DeviceOptions device, string what) =>
            Assert.Contains(what, Assert.Throws<ArgumentException>(() => Make(device)).Message, StringComparison.Ordinal);
        Refused(new DeviceOptions { MinimumConductance = 0 }, "Gmin");
        Refused(new DeviceOptions { Steps = 0 }, "Steps");
        Refused(new DeviceOptions { DepressionNonlinearity = double.NaN }, "DepressionNonlinearity");
        Refused(new DeviceOptions { CycleToCycle = -1 }, "CycleToCycle");
        Refused(new DeviceOptions { StuckOn = 0.7, StuckOff = 0.5 }, "stuck");
        Refused(new DeviceOptions { WeightRange = 0 }, "WeightRange");
    }

    private static MemristorWeights Make(DeviceOptions device, int rows = 4, int columns = 4) =>
        (MemristorWeights)new StochasticNetwork(NetworkOptions.Dense(columns) with { Device = device }, rows, 1).Layers[0].Weights;

    private static float[] Signs(MemristorWeights weights, float sign)
    {
        var signs = new float[weights.Stride];
        signs.AsSpan(0, weights.Columns).Fill(sign);
        return signs;
    }

    private static void Pulse(MemristorWeights weights, float[] signs, int count)
    {
        for (var i = 0; i < count; i++)
        {
            weights.Pulse(0, signs, 1, 1, (ulong)i);
        }
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
