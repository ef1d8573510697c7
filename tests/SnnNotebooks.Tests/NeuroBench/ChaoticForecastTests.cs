using SnnNotebooks.NeuroBench;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.NeuroBench;

public sealed class ChaoticForecastTests
{
    [Fact]
    public void Halving_the_step_moves_the_path_sixteen_times_less()
    {
        // two Lyapunov times: later no solver follows another
        double[] coarse = new MackeyGlass(StepsPerDelay: 10).Sample(150), middle = new MackeyGlass(StepsPerDelay: 20).Sample(150),
            fine = new MackeyGlass(StepsPerDelay: 640).Sample(150);

        double Error(double[] path) => path.Zip(fine, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(Error(coarse) / Error(middle), 10, 25);
        Assert.InRange(Error(new MackeyGlass().Sample(150)), 0, 1e-7);
    }

    [Fact]
    public void Without_a_delayed_gain_the_path_decays()
    {
        var path = new MackeyGlass(Beta: 0, Past: 1).Sample(3);
        Assert.Equal(Math.Exp(-0.1 * (17 + (2 * 197.0 / 75))), path[2], 9);
    }

    [Fact]
    public void An_echo_state_network_forecasts_and_has_the_published_keys()
    {
        var options = new EchoStateOptions(Reservoir: 200, Connection: 0.2);
        var result = ChaoticForecast.Run(seed => new EchoStateNetwork(options, seed), repeats: 2);

        Assert.Equal(2, result.Scores.Count);
        Assert.All(result.Scores, score => Assert.InRange(score, 0, 60));
        Assert.Equal(200 * 200 + (2 * 200) + 202, result.Metrics.DenseOperations);
        Assert.InRange(result.Metrics.ConnectionSparsity, 0.7, 0.85);
        using var network = new EchoStateNetwork(options);
        Assert.Equal(["Win.weight", "W.weight", "Wout.weight"], network.state_dict().Keys);
        var again = ChaoticForecast.Run(seed => new EchoStateNetwork(options, seed), repeats: 1);
        Assert.Equal(result.Scores[0], again.Scores[0]);
    }

    [Fact]
    public void An_LSTM_learns_and_has_the_published_keys()
    {
        using var scope = NewDisposeScope();
        var series = tensor(new MackeyGlass().Sample(201));
        double After(int epochs)
        {
            using var network = new ForecastingLstm(new ForecastingLstmOptions(Window: 20, Hidden: 10, Epochs: epochs));
            network.Fit(series.narrow(0, 0, 181));
            return ChaoticForecast.Smape(network.call(series.narrow(0, 180, 1).unsqueeze(1)).flatten(), series.narrow(0, 181, 1));
        }

        Assert.True(After(60) < After(1));
        using var published = new ForecastingLstm();
        Assert.Equal(
            ["rnns.0.weight_ih", "rnns.0.weight_hh", "rnns.0.bias_ih", "rnns.0.bias_hh", "fc.weight", "fc.bias", "layer_norm.weight",
                "layer_norm.bias", "inp", "h0", "c0"],
            published.state_dict().Keys.OrderBy(key => key.Contains('.', StringComparison.Ordinal) ? 0 : 1));
    }

    [Fact]
    public void A_seed_gives_the_weights_that_it_gives_NeuroBenchs_LSTM()
    {
        // lstm_model.py at e521c28 after torch.manual_seed(0), PyTorch 1.13
        using var network = new ForecastingLstm(seed: 0);
        double First(string name) => network.state_dict()[name].flatten()[0].item<double>();
        Assert.Equal(-0.001183770247735083, First("rnns.0.weight_ih"));
        Assert.Equal(0.07591339945793152, First("fc.weight"));
    }

    [Fact]
    public void The_leaderboards_footprint_is_that_of_an_LSTM_of_a_hundred_neurons()
    {
        // 4.90E5 bytes there, and 6.03E4 operations, without those of its readout
        using var scope = NewDisposeScope();
        using var network = new ForecastingLstm(new ForecastingLstmOptions(Hidden: 100));
        foreach (var state in new[] { "inp", "h0", "c0" })
        {
            network.state_dict()[state].copy_(rand_like(network.state_dict()[state]));
        }

        var report = NeuroBenchMeter.Measure(network, [(1, () => network.call(zeros(1, 1, ScalarType.Float64)))]);

        Assert.Equal(490_008, report.Footprint);
        Assert.Equal(60_300 + 100, report.DenseOperations);
    }

    [Fact]
    public void The_standard_error_is_that_of_the_mean()
    {
        var result = new ForecastResult([10, 12, 17], null!);
        Assert.Equal((13, Math.Sqrt(13.0 / 3)), (result.Mean, result.StandardError));
    }

    [Fact]
    public void The_percentage_error_is_NeuroBenchs()
    {
        // its own test: predictions a tenth too large
        using var expected = arange(1, 11, dtype: ScalarType.Float64);
        using var predicted = expected * 1.1;
        Assert.Equal(200 * 0.1 / 2.1, ChaoticForecast.Smape(predicted, expected), 12);
        using var nothing = zeros(3);
        Assert.Equal(200, ChaoticForecast.Smape(nothing, nothing));
    }
}
