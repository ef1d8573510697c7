using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// One step of a recurrent layer whose gates fire instead of squashing (A. Lotfi Rezaabad, S. Vishwanath, ICONS 2020). Parameters are
/// <c>linear_ih</c> and <c>linear_hh</c> in the state dictionary, the gates below one another; all start uniform in +-1 / sqrt(hidden).
/// </summary>
public abstract class SpikingRecurrentCell : nn.Module
{
    private readonly Linear linear_ih;
    private readonly Linear linear_hh;

    /// <summary>Creates the weights of a cell.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="inputs">Features of the input, at least 1.</param>
    /// <param name="hidden">Features of the output, at least 1.</param>
    /// <param name="gates">How many gates it has.</param>
    /// <param name="bias">Whether both maps have a bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    protected SpikingRecurrentCell(string name, long inputs, long hidden, int gates, bool bias)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Inputs, Hidden) = (inputs, hidden);
        linear_ih = nn.Linear(inputs, gates * hidden, hasBias: bias);
        linear_hh = nn.Linear(hidden, gates * hidden, hasBias: bias);
        register_module(nameof(linear_ih), linear_ih);
        register_module(nameof(linear_hh), linear_hh);
        var bound = Math.Sqrt(1.0 / hidden);
        foreach (var parameter in parameters())
        {
            nn.init.uniform_(parameter, -bound, bound);
        }
    }

    /// <summary>Features of the input.</summary>
    public long Inputs { get; }

    /// <summary>Features of the output.</summary>
    public long Hidden { get; }

    /// <summary>How many tensors [N, hidden] its state has; the first is the output.</summary>
    public abstract int States { get; }

    /// <summary>One step.</summary>
    /// <param name="input">[N, inputs].</param>
    /// <param name="state">Tensors [N, hidden].</param>
    /// <returns>The state after the step, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">
    /// The input or a state has another shape, or they are not of the type and on the device of the weights.
    /// </exception>
    public IReadOnlyList<Tensor> Step(Tensor input, IReadOnlyList<Tensor> state)
    {
        FloatingPoint.Require(input, GetName());
        ArgumentNullException.ThrowIfNull(state);
        if (input.dim() != 2 || input.shape[1] != Inputs || state.Count != States
            || state.Any(each => !each.shape.SequenceEqual([input.shape[0], Hidden])))
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}] and {state.Count} states, "
                + $"{string.Join(", ", state.Select(each => $"[{string.Join(", ", each.shape)}]"))}; expected [N, {Inputs}] and "
                + $"{States} of [N, {Hidden}].", nameof(state));
        }

        LayerInput.RequireWeights(input, linear_ih.weight!, GetName());
        LayerInput.RequireWeights(state[0], linear_hh.weight!, GetName());
        return Step(linear_ih.call(input), linear_hh.call(state[0]), state);
    }

    /// <summary>One step, given what the input and the last output contribute to the gates.</summary>
    /// <param name="fromInput">[N, gates * hidden], the gates one after the other.</param>
    /// <param name="fromHidden">The same of the last output.</param>
    /// <param name="state">Tensors [N, hidden]; the first is the last output.</param>
    /// <returns>The state after the step, in the current dispose scope.</returns>
    protected abstract IReadOnlyList<Tensor> Step(Tensor fromInput, Tensor fromHidden, IReadOnlyList<Tensor> state);
}

/// <summary>
/// Spiking LSTM: i, f, g, o fire; c = min(f c + i g, 1), where the minimum passes the gradient as if it were not there; h = o c.
/// </summary>
/// <param name="inputs">Features of the input, at least 1.</param>
/// <param name="hidden">Features of the output, at least 1.</param>
/// <param name="bias">Whether the dense layers have biases.</param>
/// <param name="surrogate">Of all gates; <see cref="Erf"/> with alpha 2 where none is given.</param>
/// <param name="candidateSurrogate">Of g; as of the other gates where none is given.</param>
public sealed class SpikingLSTMCell(
    long inputs, long hidden, bool bias = true, Surrogate? surrogate = null, Surrogate? candidateSurrogate = null)
    : SpikingRecurrentCell(nameof(SpikingLSTMCell), inputs, hidden, 4, bias)
{
    private readonly Surrogate gate = surrogate ?? new Erf();
    private readonly Surrogate candidate = candidateSurrogate ?? surrogate ?? new Erf();

    /// <inheritdoc/>
    public override int States => 2;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Step(Tensor fromInput, Tensor fromHidden, IReadOnlyList<Tensor> state)
    {
        var gates = (fromInput + fromHidden).chunk(4, -1);
        var (i, f, g, o) = (gate.Spike(gates[0]), gate.Spike(gates[1]), candidate.Spike(gates[2]), gate.Spike(gates[3]));
        var unbounded = (state[1] * f) + (i * g);
        var c = unbounded + (unbounded.clamp_max(1) - unbounded).detach();
        return [c * o, c];
    }
}

/// <summary>Spiking GRU: r, z and n = Theta(x_n + r h_n) fire; h = (1 - z) n + z h.</summary>
/// <param name="inputs">Features of the input, at least 1.</param>
/// <param name="hidden">Features of the output, at least 1.</param>
/// <param name="bias">Whether the dense layers have biases.</param>
/// <param name="surrogate">Of all gates; <see cref="Erf"/> with alpha 2 where none is given.</param>
/// <param name="candidateSurrogate">Of n; as of the other gates where none is given.</param>
public sealed class SpikingGRUCell(
    long inputs, long hidden, bool bias = true, Surrogate? surrogate = null, Surrogate? candidateSurrogate = null)
    : SpikingRecurrentCell(nameof(SpikingGRUCell), inputs, hidden, 3, bias)
{
    private readonly Surrogate gate = surrogate ?? new Erf();
    private readonly Surrogate candidate = candidateSurrogate ?? surrogate ?? new Erf();

    /// <inheritdoc/>
    public override int States => 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Step(Tensor fromInput, Tensor fromHidden, IReadOnlyList<Tensor> state)
    {
        var (x, h) = (fromInput.chunk(3, -1), fromHidden.chunk(3, -1));
        var (r, z) = (gate.Spike(x[0] + h[0]), gate.Spike(x[1] + h[1]));
        var n = candidate.Spike(x[2] + (r * h[2]));
        return [((1 - z) * n) + (z * state[0])];
    }
}

/// <summary>Spiking Elman network: h = Theta(W_ih x + b_ih + W_hh h + b_hh).</summary>
/// <param name="inputs">Features of the input, at least 1.</param>
/// <param name="hidden">Features of the output, at least 1.</param>
/// <param name="bias">Whether the dense layers have biases.</param>
/// <param name="surrogate">Of the spike; <see cref="Erf"/> with alpha 2 where none is given.</param>
public sealed class SpikingVanillaRNNCell(long inputs, long hidden, bool bias = true, Surrogate? surrogate = null)
    : SpikingRecurrentCell(nameof(SpikingVanillaRNNCell), inputs, hidden, 1, bias)
{
    private readonly Surrogate spike = surrogate ?? new Erf();

    /// <inheritdoc/>
    public override int States => 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Step(Tensor fromInput, Tensor fromHidden, IReadOnlyList<Tensor> state) =>
        [spike.Spike(fromInput + fromHidden)];
}
