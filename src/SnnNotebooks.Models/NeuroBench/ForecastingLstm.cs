using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>What a forecasting LSTM is made of; defaults are those of NeuroBench's example.</summary>
/// <param name="Window">Values that one step sees, at least 1.</param>
/// <param name="Hidden">Neurons, at least 1; the leaderboard's footprint is that of 100.</param>
/// <param name="Epochs">Passes over the series.</param>
/// <param name="LearningRate">Of Adam.</param>
/// <param name="WeightDecay">Of Adam, added to the gradient.</param>
public sealed record ForecastingLstmOptions(
    int Window = 50, int Hidden = 40, int Epochs = 200, double LearningRate = 0.005, double WeightDecay = 0.001);

/// <summary>
/// NeuroBench's LSTM for chaotic series: a window of the last values, normalised, into an LSTM cell, ReLU, a linear readout. Keys are those
/// of its example: <c>rnns.0</c>, <c>fc</c>, <c>layer_norm</c>, and the buffers <c>inp</c>, <c>h0</c>, <c>c0</c>.
/// </summary>
public sealed class ForecastingLstm : nn.Module<Tensor, Tensor>, IForecaster
{
    private readonly ForecastingLstmOptions options;
    private readonly ModuleList<LSTMCell> rnns;
    private readonly ReLU activation;
    private readonly Linear fc;
    private readonly LayerNorm layer_norm;
    private readonly Tensor inp;
    private readonly Tensor h0;
    private readonly Tensor c0;

    /// <summary>Draws the weights from libtorch's default generator, seeded before: those of NeuroBench's example of this seed.</summary>
    /// <param name="options">Sizes and training; NeuroBench's where none are given.</param>
    /// <param name="seed">Of the weights; libtorch's generator is left there.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ForecastingLstm(ForecastingLstmOptions? options = null, int seed = 0)
        : base(nameof(ForecastingLstm))
    {
        this.options = options ??= new ForecastingLstmOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Hidden, 1);
        manual_seed(seed);

        // drawn in float32, as NeuroBench's example draws them: the same seed gives the same network there
        rnns = nn.ModuleList((LSTMCell)nn.LSTMCell(options.Window, options.Hidden).to(ScalarType.Float64));
        activation = nn.ReLU();
        fc = (Linear)nn.Linear(options.Hidden, 1).to(ScalarType.Float64);
        layer_norm = nn.LayerNorm(options.Window, dtype: ScalarType.Float64);
        inp = zeros(1, options.Window, dtype: ScalarType.Float64);
        h0 = zeros(1, options.Hidden, dtype: ScalarType.Float64);
        c0 = zeros(1, options.Hidden, dtype: ScalarType.Float64);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network => this;

    /// <inheritdoc/>
    public void Fit(Tensor series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.dim() != 1 || series.shape[0] < 2)
        {
            throw new ArgumentException(
                $"The series is [{string.Join(", ", series.shape)}]; expected [T + 1] with T of at least 1.", nameof(series));
        }

        using var scope = NewDisposeScope();
        var steps = series.shape[0] - 1;
        var padded = cat([zeros(options.Window - 1, dtype: ScalarType.Float64, device: series.device), series.narrow(0, 0, steps)]);
        var windows = padded.unfold(0, options.Window, 1).unsqueeze(1).contiguous();
        var targets = series.narrow(0, 1, steps);

        // the whole sequence in one call of an LSTM layer with the cell's weights, instead of a call for each step
        using var layer = nn.LSTM(options.Window, options.Hidden, dtype: ScalarType.Float64, device: series.device);
        Copy(rnns[0], layer, string.Empty, "_l0");
        var trained = layer.parameters().Concat(fc.parameters()).Concat(layer_norm.parameters());
        using var optimizer = optim.Adam(trained, options.LearningRate, weight_decay: options.WeightDecay);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            using var inner = NewDisposeScope();
            var (outputs, _, _) = layer.call(layer_norm.call(windows));
            var loss = nn.functional.mse_loss(fc.call(activation.call(outputs)).flatten(), targets);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        using var off = no_grad();
        Copy(layer, rnns[0], "_l0", string.Empty);
        var (_, h, c) = layer.call(layer_norm.call(windows));
        h0.copy_(h[0]);
        c0.copy_(c[0]);
        inp.copy_(windows[steps - 1]);
    }

    /// <summary>Goes on from the end of the series it was fitted to, or of its last forecast.</summary>
    /// <param name="input">[T, 1], of which only the first value is read.</param>
    /// <returns>Predictions [T, 1].</returns>
    /// <exception cref="ArgumentException">The input is not [T, 1].</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ForecastInput.Require(input);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (value, predictions) = (input.narrow(0, 0, 1), new Tensor[input.shape[0]]);
        for (var t = 0; t < predictions.Length; t++)
        {
            using var inner = NewDisposeScope();
            inp.copy_(cat([inp.narrow(1, 1, options.Window - 1), value], 1));
            var (h, c) = rnns[0].call(layer_norm.call(inp), (h0, c0));
            h0.copy_(h);
            c0.copy_(c);
            value = predictions[t] = fc.call(activation.call(h)).MoveToOuterDisposeScope();
        }

        return cat(predictions).MoveToOuterDisposeScope();
    }

    private static void Copy(nn.Module from, nn.Module to, string fromEnding, string toEnding)
    {
        using var off = no_grad();
        foreach (var name in new[] { "weight_ih", "weight_hh", "bias_ih", "bias_hh" })
        {
            to.get_parameter(name + toEnding)!.copy_(from.get_parameter(name + fromEnding)!);
        }
    }
}
