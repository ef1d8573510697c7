using System.Globalization;
using SnnNotebooks.Exchange;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>What an echo-state network is made of; defaults are NeuroBench's for tau = 17 (its hyperparameter table at e521c28).</summary>
/// <param name="Reservoir">Neurons, at least 1.</param>
/// <param name="BiasScale">Weights of the constant input are uniform in half of +- this.</param>
/// <param name="InputScale">The same of the series.</param>
/// <param name="Connection">Share of recurrent weights that are not 0.</param>
/// <param name="SpectralRadius">Largest eigenvalue of the recurrent weights, in size.</param>
/// <param name="Leakage">Share of a neuron's state that a step renews.</param>
/// <param name="Ridge">Penalty of the readout's weights.</param>
/// <param name="Warmup">Steps at the beginning that the readout is not fitted to.</param>
public sealed record EchoStateOptions(int Reservoir = 966, double BiasScale = 0.9, double InputScale = 0.78, double Connection = 0.97,
    double SpectralRadius = 1.19, double Leakage = 0.69, double Ridge = 1e-7, int Warmup = 45);

/// <summary>
/// Echo-state network (M. Lukoševičius, A Practical Guide to Applying Echo State Networks, 2012): r = (1 - a) r + a tanh(W r + W_in
/// [1, x]), y = W_out [1, x, r]; only W_out is fitted, by ridge regression. Keys are those of NeuroBench's example: <c>Win</c>, <c>W</c>,
/// <c>Wout</c>. (Its code divides the recurrent weights by the eigenvalue that LAPACK lists first, which is not always the largest; here it
/// is the largest.)
/// </summary>
public sealed class EchoStateNetwork : nn.Module<Tensor, Tensor>, IForecaster
{
    private readonly EchoStateOptions options;
    private readonly Linear Win;
    private readonly Linear W;
    private readonly Linear Wout;
    private Tensor? state;

    /// <summary>Draws the fixed weights.</summary>
    /// <param name="options">Sizes and scales; NeuroBench's for tau = 17 where none are given.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public EchoStateNetwork(EchoStateOptions? options = null, int seed = 0)
        : this(options ?? new EchoStateOptions())
    {
        Draw(seed);
    }

    private EchoStateNetwork(EchoStateOptions options)
        : base(nameof(EchoStateNetwork))
    {
        this.options = options;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Reservoir, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Warmup);
        var size = options.Reservoir;
        Win = nn.Linear(2, size, hasBias: false, dtype: ScalarType.Float64);
        W = nn.Linear(size, size, hasBias: false, dtype: ScalarType.Float64);
        Wout = nn.Linear(size + 2, 1, hasBias: false, dtype: ScalarType.Float64);
        RegisterComponents();
        Begin();
    }

    /// <summary>Sizes and scales.</summary>
    public EchoStateOptions Options => options;

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network => this;

    /// <summary>
    /// Reads a network that NeuroBench's example saved whole, fitted (<c>torch.save(esn, "esn.pth")</c>): it stands at the end of the
    /// series it was fitted to, and goes on from there. The file's pickle names classes; none is loaded, no code is run.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointException">It is damaged, names anything else, or is of a network without constant input or with more
    /// than one series.</exception>
    public static EchoStateNetwork Read(string path)
    {
        using var file = Checkpoint.Read(path);
        using var off = no_grad();
        CheckpointException Unlike(string what) => new($"{path} is no echo-state network as NeuroBench saves one: {what}.");
        string Field(string name) => file.Metadata.GetValueOrDefault(name) ?? throw Unlike($"it has no {name}");
        double Number(string name) => double.TryParse(Field(name), CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Unlike($"its {name} is {Field(name)}");
        Tensor Values(string name, params long[] shape) =>
            file.Tensors.FirstOrDefault(entry => entry.Key == name).Value is { } found && found.shape.SequenceEqual(shape)
                && found.dtype == ScalarType.Float64
            ? found
            : throw Unlike($"expected {name} [{string.Join(", ", shape)}] in float64");
        if (!Field("class").EndsWith(nameof(EchoStateNetwork), StringComparison.Ordinal) || Number("in_channels") != 1
            || Field("include_bias") != "True" || Field("include_input") != "True")
        {
            throw Unlike("expected one series, a constant input, and both seen by the readout");
        }

        var size = file.Tensors.FirstOrDefault(entry => entry.Key == "W.weight").Value?.shape[0] ?? throw Unlike("it has no W.weight");
        var (recurrent, inputs) = (Values("W.weight", size, size), Values("Win.weight", size, 2));
        var readout = Values("Wout.weight", 1, size + 2);
        var (scales, reached) = (Values("input_scale", 2), Values("reservoir", size, 1));
        var network = new EchoStateNetwork(new EchoStateOptions(checked((int)size), scales[0].item<double>(), scales[1].item<double>(),
            Number("connect_prob"), Number("spectral_radius"), Number("leakage"), Number("ridge_param")));
        network.W.weight!.copy_(recurrent);
        network.Win.weight!.copy_(inputs);
        network.Wout.weight!.copy_(readout);
        network.state!.copy_(reached.flatten());
        return network;
    }

    /// <inheritdoc/>
    public void Fit(Tensor series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var steps = series.shape[0] - 1;
        if (series.dim() != 1 || steps <= options.Warmup)
        {
            throw new ArgumentException(
                $"The series is [{string.Join(", ", series.shape)}]; expected [T + 1] with T above the warm-up of {options.Warmup}.",
                nameof(series));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        Begin();
        var states = stack([.. series.narrow(0, 0, steps).unbind(0).Select(Advance)]).narrow(0, options.Warmup, steps - options.Warmup);
        var targets = series.narrow(0, options.Warmup + 1, steps - options.Warmup).unsqueeze(1);
        var penalty = options.Ridge * eye(states.shape[1], dtype: ScalarType.Float64, device: states.device);
        Wout.weight!.copy_(linalg.solve(states.t().mm(states) + penalty, states.t().mm(targets)).t());
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
        var (value, predictions) = (input[0, 0], new Tensor[input.shape[0]]);
        for (var t = 0; t < predictions.Length; t++)
        {
            predictions[t] = Wout.call(Advance(value));
            value = predictions[t][0];
        }

        return stack(predictions).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            state?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Draw(int seed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var random = new Generator((ulong)seed);
        var size = options.Reservoir;
        var scales = tensor(new[] { options.BiasScale, options.InputScale }, device: CPU); // as the generator is
        Win.weight!.copy_((rand([size, 2], dtype: ScalarType.Float64, device: CPU, generator: random) - 0.5) * scales);
        var connected = rand([size, size], dtype: ScalarType.Float64, device: CPU, generator: random).le(options.Connection);
        var weights = randn([size, size], dtype: ScalarType.Float64, device: CPU, generator: random) * connected;
        W.weight!.copy_(options.SpectralRadius * weights / linalg.eigvals(weights).abs().max());
    }

    private void Begin()
    {
        state?.Dispose();
        state = zeros(options.Reservoir, dtype: ScalarType.Float64, device: W.weight!.device).DetachFromDisposeScope();
    }

    /// <summary>One step on a value without axes: what the readout sees, [1, x, r].</summary>
    private Tensor Advance(Tensor value)
    {
        using var scope = NewDisposeScope();
        var input = stack([ones_like(value), value]);
        var reached = state!.to(value.device); // the network may have been moved since
        var next = ((1 - options.Leakage) * reached) + (options.Leakage * (W.call(reached) + Win.call(input)).tanh());
        state!.Dispose();
        state = next.DetachFromDisposeScope();
        return cat([input, next]).MoveToOuterDisposeScope();
    }
}
