using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Tests.Memristive;

public sealed class EnergyModelTests
{
    [Fact]
    public void Energies_are_what_the_assumptions_add_up_to()
    {
        // black and white pixels, half of them on: 8 of 16 rows; the first layer's conductances are all 101 uS a pair
        float[] pixels = [.. Enumerable.Range(0, 16).Select(i => i % 2f)];
        var data = new VectorDataset(pixels, [0], 4, 4, 1, 2);
        var network = new StochasticNetwork(NetworkOptions.Dense(2), 4, 4);
        var energy = EnergyModel.Estimate(network, data, passes: 5);

        Assert.Equal(32, energy.Macs);
        Assert.Equal(32 * 9.6e-12, energy.CmosFloat, 1e-18);
        Assert.Equal(32 * 5.23e-12, energy.CmosByte, 1e-18);
        const double Reads = 8 * 2 * 101e-6 * 0.01 * 10e-9;
        Assert.Equal(Reads + (18 * 2e-12), energy.MemristorHighPrecision, 1e-18);
        Assert.Equal(5 * (Reads + (2 * 10e-15)), energy.BinaryStochastic, 1e-18);
        Assert.Equal(0.5, energy.BinaryActivity, 1e-12);
        Assert.Equal(energy.CmosFloat / energy.BinaryStochastic, energy.RatioToCmos, 1e-9);
        Assert.Equal(energy.MemristorHighPrecision / energy.BinaryStochastic, energy.RatioToMemristor, 1e-9);
        foreach (var assumed in new[] { "4.6 pJ", "5 pJ", "2 pJ", "10 fJ", "0.1 V for 10 ns", "5 passes" })
        {
            Assert.Contains(assumed, energy.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Devices_count_with_their_conductances()
    {
        var data = new VectorDataset([1, 1], [0], 1, 2, 1, 1);
        var network = new StochasticNetwork(NetworkOptions.Dense(1) with { Device = new DeviceOptions() }, 1, 2);
        var weights = (MemristorWeights)network.Layers[0].Weights;
        var sum = Enumerable.Range(0, 2).Sum(row => weights.Conductance(row, 0, true) + weights.Conductance(row, 0, false));
        Assert.Equal((sum * 0.01 * 10e-9) + 10e-15, EnergyModel.Estimate(network, data).BinaryStochastic, 1e-19);
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyModel.Estimate(network, data, 0));
    }
}
