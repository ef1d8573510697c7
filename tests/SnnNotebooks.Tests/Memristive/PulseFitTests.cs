using System.Globalization;
using System.Text;
using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Tests.Memristive;

public sealed class PulseFitTests
{
    [Theory]
    [InlineData(0, 64, 0, 64)]
    [InlineData(1, 64, 2, 40)]
    [InlineData(3, 30, 5, 100)]
    [InlineData(0.2, 500, 5, 300)]
    public void The_devices_own_curve_gives_back_its_numbers(double up, int upSteps, double down, int downSteps)
    {
        var fit = PulseFit.Of(Curve(up, upSteps, down, downSteps));
        Assert.Equal(up, fit.Potentiation!.Nonlinearity, 0.02 + (0.01 * up));
        Assert.Equal(down, fit.Depression!.Nonlinearity, 0.02 + (0.01 * down));
        Assert.InRange(fit.Potentiation.Residual, 0, 1e-3);

        // the range of the fit is the curve's own, a little less than the model's where the last step does not reach the end
        Assert.Equal(upSteps, fit.Potentiation.Steps, 0.06 * upSteps);
        Assert.Equal(downSteps, fit.Depression.Steps, 0.06 * downSteps);
        Assert.InRange(fit.Potentiation.StepSpread, 0, 0.02);
    }

    [Fact]
    public void Noise_on_the_steps_is_found_as_spread()
    {
        var chance = new Random(4);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        var (g, curve) = (0.0, new List<double>());
        for (var pulse = 0; pulse <= 400; pulse++)
        {
            curve.Add(1e-6 + (50e-6 * g));
            g += DeviceOptions.Alpha(1, 400) * Math.Exp(-g) * (1 + (0.3 * Normal()));
        }

        var fit = PulseFit.Of(new PulseCurve(curve, []));
        Assert.Null(fit.Depression);
        Assert.Equal(1, fit.Potentiation!.Nonlinearity, 0.25);
        Assert.Equal(0.3, fit.Potentiation.StepSpread, 0.04);
    }

    [Fact]
    public void A_fit_becomes_a_device_that_repeats_the_curve()
    {
        var device = PulseFit.Of(Curve(2, 50, 3, 80)).ToDevice(new DeviceOptions { ReadNoise = 0.01, WeightRange = 1 });
        Assert.Equal((0.01, 1.0), (device.ReadNoise, device.WeightRange));
        Assert.InRange(device.Steps, 48, 52);
        Assert.InRange(device.DepressionSteps!.Value, 77, 83);
        var weights = (MemristorWeights)new StochasticNetwork(
            NetworkOptions.Dense(1) with { Device = device with { CycleToCycle = 0 } }, 1, 1).Layers[0].Weights;
        float[] down = [-1, 0, 0, 0, 0, 0, 0, 0];
        float[] up = [1, 0, 0, 0, 0, 0, 0, 0];
        for (ulong pulse = 0; pulse < 200; pulse++)
        {
            weights.Pulse(0, down, 1, 1, pulse);
        }

        var measured = Curve(2, 50, 3, 80).Potentiation;
        for (var pulse = 0; pulse < 50; pulse++)
        {
            Assert.Equal(measured[pulse], weights.Conductance(0, 0, true), 2e-6);
            weights.Pulse(0, up, 1, 1, (ulong)pulse);
        }
    }

    [Theory]
    [InlineData("pulse,conductance (uS)\n0,1\n1,20\n2,36\n3,50\n4,45\n5,30\n6,1\n", 4, 4)]
    [InlineData("0,1e-6\n1,2e-5\n2,5e-5\n3,5e-5\n4,3e-5\n5,1e-6\n", 3, 3)]
    [InlineData("0;1e-6\r\n1;2e-5\r\n2;3.6e-5\r\n3;5e-5\r\n", 4, 0)]
    [InlineData("pulse;G (uS)\n0;1,5\n1;20,25\n2;36\n3;50,0\n", 4, 0)]
    [InlineData("pulse\tG (uS)\n0,0\t1,5\n1,0\t+2,5e1\n2,0\t0,500\n3,0\t50,0\n", 4, 0)]
    [InlineData("pulse,G (uS),sigma\n0,1,5\n1,20,5\n2,36,5\n3,50,5\n", 4, 0)]
    [InlineData("# two sweeps\nn\tG [mS]\n0\t0.001\n1\t0.02\n2\t0.05\n0\t0.05\n1\t0.03\n2\t0.01\n\n3\t0.001\n", 3, 4)]
    public void Tables_are_read(string text, int up, int down)
    {
        var curve = PulseCurve.Parse(new StringReader(text), "curve.csv");
        Assert.Equal((up, down), (curve.Potentiation.Count, curve.Depression.Count));
        Assert.Equal(5e-5, curve.Potentiation.Max(), 1e-12);
    }

    [Theory]
    [InlineData("", "0 pulses")]
    [InlineData("0,1\n1,2\n", "2 pulses")]
    [InlineData("0,1\n1,x\n", "line 2")]
    [InlineData("0,1\n1,NaN\n", "line 2")]
    [InlineData("0,1\n1,-1\n", "line 2")]
    [InlineData("0,1\n1,1e999\n", "line 2")]
    [InlineData("0 1\n", "one column")]
    [InlineData("0;1,500\n", "may be 1.5 or 1500")]
    [InlineData("0\t1.234,5\n", "thousands")]
    [InlineData("0;1,5,2\n", "line 1")]
    [InlineData("0,1,5\n1,2,5\n2,3,5\n3,4,5\n", "has 3 columns; expected 2")]
    [InlineData("pulse,G (uS)\n0,1,5\n", "line 2 has 3 columns")]
    [InlineData("0,1\n1,2,5\n", "line 2 has 3 columns")]
    [InlineData("pulse,G (furlongs)\n", "furlongs")]
    public void What_is_no_table_is_refused_with_its_line(string text, string what) =>
        Assert.Contains(what, Assert.Throws<InvalidDataException>(() => PulseCurve.Parse(new StringReader(text), "curve.csv")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Hostile_bytes_neither_crash_nor_hang()
    {
        Assert.Contains("longer than",
            Assert.Throws<InvalidDataException>(() => PulseCurve.Parse(new StringReader(new string('1', 100_000)), "x")).Message,
            StringComparison.Ordinal);
        var chance = new Random(5);
        var good = Encoding.UTF8.GetBytes(
            "pulse,conductance (uS)\n" + string.Join(
                '\n', Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{Math.Sqrt(i + 1):0.000}"))));
        for (var round = 0; round < 500; round++)
        {
            var bytes = good.ToArray();
            for (var hits = 0; hits < 1 + (round % 8); hits++)
            {
                bytes[chance.Next(bytes.Length)] = (byte)chance.Next(256);
            }

            try
            {
                var fit = PulseFit.Of(PulseCurve.Parse(new StringReader(Encoding.UTF8.GetString(bytes)), "x"));
                Assert.True(double.IsFinite((fit.Potentiation ?? fit.Depression)!.Residual));
            }
            catch (InvalidDataException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }

        Assert.Throws<InvalidDataException>(() => PulseFit.Of(new PulseCurve([1, 1, 1, 1], [])));
    }

    private static PulseCurve Curve(double up, int upSteps, double down, int downSteps)
    {
        static double[] Branch(double nu, int steps)
        {
            var curve = new double[steps + 1];
            for (var i = 1; i <= steps; i++)
            {
                curve[i] = Math.Min(1, curve[i - 1] + (DeviceOptions.Alpha(nu, steps) * Math.Exp(-nu * curve[i - 1])));
            }

            return curve;
        }

        return new PulseCurve([.. Branch(up, upSteps).Select(g => 2e-6 + (80e-6 * g))],
            [.. Branch(down, downSteps).Select(g => 82e-6 - (80e-6 * g))]);
    }
}
