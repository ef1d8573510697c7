using System.Globalization;
using SnnNotebooks.Memory;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Normalisation;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of point neurons: charge, fire, reset. H[t] = f(V[t-1], X[t]); S[t] = 1 where H[t] is at least the threshold;
/// V[t] = (1 - S) H + S V_reset (hard) or H - S threshold (soft). The membrane potential V is state, not parameter:
/// it goes on from call to call until <see cref="Functional.Reset"/>. Derive from <see cref="PointNeuron"/> or <see cref="EquationNeuron"/>
/// to write a neuron as an equation, which the fused backend runs; from here for one that only tensors can express.
/// </summary>
public abstract class SpikingNeuron : nn.Module<Tensor, Tensor>, IStateValue, IStepMode
{
    private readonly string[] variables;
    private readonly CarriedState state;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="variables">The variables' names; the first is the membrane potential <c>v</c>.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike, or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentException">There is no variable.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Threshold or reset are no numbers.</exception>
    protected SpikingNeuron(IReadOnlyList<string> variables, double threshold, double? reset, bool detachReset, Surrogate? surrogate)
        : base(string.Empty)
    {
        ArgumentNullException.ThrowIfNull(variables);
        this.variables = variables.Count > 0
            ? [.. variables]
            : throw new ArgumentException("A neuron has one variable at least, its membrane potential.", nameof(variables));
        state = new CarriedState(GetType().Name, this.variables);
        if (double.IsNaN(threshold) || double.IsNegativeInfinity(threshold) || (double.IsInfinity(threshold) && reset is null))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold,
                "The threshold must be a number. (Infinite, so that nothing fires, it may be with hard reset.)");
        }

        if (reset is { } potential && !double.IsFinite(potential))
        {
            throw new ArgumentOutOfRangeException(nameof(reset), potential, "The reset potential must be finite, or null for soft reset.");
        }

        Threshold = threshold;
        ResetPotential = reset;
        DetachReset = detachReset;
        Surrogate = surrogate ?? new Sigmoid();
    }

    /// <summary>Firing threshold; a neuron fires at equality.</summary>
    /// <exception cref="InvalidOperationException">It differs from neuron to neuron.</exception>
    public virtual double Threshold { get; }

    /// <summary>Potential after a spike (hard reset), or null for soft reset: the threshold is subtracted.</summary>
    /// <exception cref="InvalidOperationException">It differs from neuron to neuron.</exception>
    public virtual double? ResetPotential { get; }

    /// <summary>True where no gradient flows through the spike of the reset.</summary>
    public bool DetachReset { get; }

    /// <summary>The surrogate gradient of the spike, in training mode. In evaluation mode the spike has no gradient.</summary>
    public Surrogate Surrogate { get; }

    /// <summary>
    /// What it computes, as named fields: <c>kind</c> (the class), numbers, options, <c>detachReset</c> and <c>surrogate</c>; a null is
    /// <c>none</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fields => new (string Name, object? Value)[] { ("kind", GetType().Name) }
        .Concat(Describe())
        .Append(("detachReset", DetachReset))
        .Append(("surrogate", Surrogate))
        .ToDictionary(
            entry => entry.Name,
            entry => Convert.ToString(entry.Value ?? "none", CultureInfo.InvariantCulture)!,
            StringComparer.Ordinal);

    /// <summary>What it computes, in one line.</summary>
    public string Description =>
        string.Join(", ", Fields.Select(entry => entry.Key == "kind" ? entry.Value : $"{entry.Key} {entry.Value}"));

    /// <summary>Whether a call takes a sequence [T, N, ...] (the default) or one step [N, ...].</summary>
    public StepMode StepMode { get; set; }

    /// <summary>How it is computed.</summary>
    public NeuronBackend Backend { get; set; }

    /// <summary>True where <see cref="VSequence"/> is wanted; it costs memory and the fused backend.</summary>
    public bool StoreVSequence { get; set; }

    /// <summary>
    /// Membrane potential [N, ...] after the last step, or null before the first call; float32 also where the input is float16 or bfloat16.
    /// It belongs to the neuron: do not dispose it.
    /// </summary>
    public Tensor? V => state.Tensors[0].Value;

    /// <inheritdoc/>
    public bool ContinuesGraph { get; private set; }

    /// <summary>The names of the neuron's variables; the first is <c>v</c>.</summary>
    public IReadOnlyList<string> VariableNames => variables;

    /// <summary>A variable of the neuron after the last step.</summary>
    /// <param name="name">One of <see cref="VariableNames"/>.</param>
    /// <returns>[N, ...], or null before the first call. It belongs to the neuron: do not dispose it.</returns>
    /// <exception cref="ArgumentException">There is no such variable.</exception>
    public Tensor? Variable(string name) => state[name].Value;

    /// <summary>
    /// Membrane potentials after each step's reset [T, N, ...] of the last call, where <see cref="StoreVSequence"/> was set.
    /// </summary>
    public Tensor? VSequence { get; private set; }

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <summary>
    /// The numbers and options it was made with, by name: what checkpoints keep of it. Add your own to those of the base class.
    /// </summary>
    /// <returns>Names and values, in the order of the constructor.</returns>
    protected virtual IEnumerable<(string Name, object? Value)> Describe() => [("threshold", Threshold), ("reset", ResetPotential)];

    /// <summary>One step on tensors.</summary>
    /// <param name="before">The variables after the last step, [N, ...] each.</param>
    /// <param name="x">Input current X[t], [N, ...].</param>
    /// <returns>What happened, each [N, ...].</returns>
    protected abstract NeuronStep Step(Tensor[] before, Tensor x);

    /// <summary>Called before each call's first step.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>What a sequence of outputs [T, N, ...] is given out as.</summary>
    /// <param name="output">The outputs.</param>
    /// <returns>[T, N, ...]; themselves unless overridden.</returns>
    protected virtual Tensor Decode(Tensor output) => output;

    /// <summary>Readies the neuron for steps of a shape, [N, ...], and of the state's type.</summary>
    private protected virtual void Begin(long[] shape, ScalarType type)
    {
    }

    /// <summary>Lets go of what <see cref="Begin"/> made.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Where a variable starts, [N, ...].</summary>
    private protected virtual Tensor Start(int variable, Tensor step) => full_like(step, variable == 0 ? ResetPotential ?? 0 : 0);

    /// <summary>Whether its output is 0 and 1 alone, whatever its input.</summary>
    private protected virtual bool GivesSpikes => false;

    /// <summary>Whether a gradient of the neuron's own numbers is asked for.</summary>
    private protected virtual bool NeedsGraph => false;

    /// <summary>
    /// Runs a sequence as one pass over memory, from the variables given, or from where they start; null where the neuron is no equation.
    /// </summary>
    private protected virtual (Tensor Output, Tensor[] Final)? RunFused(
        Tensor sequence, Tensor?[] initial, NormalisedInput? through) => null;

    /// <summary>Runs the neurons from their present state.</summary>
    /// <param name="input">Input current: [T, N, ...] in multi-step mode, [N, ...] in single-step mode; floating point.</param>
    /// <returns>Spikes, 0 or 1, in the shape and type of the input. Float16 and bfloat16 are computed in float32 within.</returns>
    /// <exception cref="ArgumentException">
    /// The input is no floating-point sequence, or <see cref="NeuronBackend.Fused"/> was asked for where it cannot run.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The state is left from an input of another shape, or is infinite or NaN. (Within a call an infinite current does what the equation
    /// says:
    /// with hard reset, (1 - S) H + S V_reset, it makes the potential NaN, which never fires. The next call that goes on from there
    /// refuses;
    /// on the CPU only, so that no other device is waited for.)
    /// </exception>
    public sealed override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        FloatingPoint.Require(input, GetName());
        var sequence = StepMode == StepMode.Multi ? input : input.unsqueeze(0);
        if (sequence.dim() < 1 || sequence.size(0) < 1)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected a sequence [T, N, ...] with T of at least 1.",
                nameof(input));
        }

        var output = Run(sequence, null);
        return GivenOut(StepMode == StepMode.Multi ? Decode(output) : output.squeeze(0));
    }

    /// <summary>Whether the neurons can see an input through a normalisation that is computed as it is read.</summary>
    internal bool SeesThrough => this is EquationNeuron && StepMode == StepMode.Multi && Backend != NeuronBackend.Reference
        && !StoreVSequence && (training || !is_grad_enabled());

    /// <summary>Runs the neurons, where they can (<see cref="SeesThrough"/>), on the normalised input.</summary>
    /// <param name="input">[T, N, ...], or [1, N, ...] for one step that is presented at each.</param>
    /// <param name="through">The normalisation.</param>
    internal Tensor FireThrough(Tensor input, NormalisedInput through)
    {
        using var scope = NewDisposeScope();
        return GivenOut(Decode(Run(input, through)));
    }

    private Tensor GivenOut(Tensor output)
    {
        if (GivesSpikes)
        {
            KnownSpikes.Add(output);
        }

        return output.MoveToOuterDisposeScope();
    }

    private Tensor Run(Tensor sequence, NormalisedInput? through)
    {
        Prepare();
        var shape = sequence.shape[1..];
        Begin(shape, sequence.StateType());
        var initial = new Tensor?[variables.Length];
        for (var i = 0; i < initial.Length; i++)
        {
            initial[i] = state.Tensors[i].Value is null ? null : state.Tensors[i].Fitting(shape, FloatingPoint.StateLike(sequence));
        }

        ContinuesGraph = Array.Exists(initial, variable => variable is { requires_grad: true });
        var (output, final) = (through is not null || UseFused(sequence, initial) ? RunFused(sequence, initial, through) : null)
            ?? RunReference(sequence, initial);
        End();
        for (var i = 0; i < final.Length; i++)
        {
            state.Tensors[i].Keep(final[i]);
        }

        return output;
    }

    /// <summary>Runs one neuron on a current, from the initial state; the layer's own state is not touched.</summary>
    /// <param name="current">X[t], [T].</param>
    /// <returns>Its input, potentials and spikes.</returns>
    /// <exception cref="ArgumentException"><paramref name="current"/> is no vector.</exception>
    public NeuronTrace Trace(Tensor current)
    {
        ArgumentNullException.ThrowIfNull(current);
        if (current.dim() != 1)
        {
            throw new ArgumentException(
                $"A trace is of one neuron: the current must be [T], it is [{string.Join(", ", current.shape)}].", nameof(current));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        current = FloatingPoint.Widened(current);
        var first = current[0].reshape(1);
        Begin(first.shape, first.dtype);
        var potentials = Started(new Tensor?[variables.Length], first);
        var (x, h, after, s) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        foreach (var input in current.unbind(0))
        {
            var step = Step(potentials, input.reshape(1));
            potentials = step.After;
            x.Add(Value(input));
            h.Add(Value(step.Charged));
            after.Add(Value(potentials[0]));
            s.Add(Value(step.Spike));
        }

        End();
        return new NeuronTrace(x, h, after, s, Threshold, ResetPotential);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        state.Reset();
        VSequence?.Dispose();
        VSequence = null;
    }

    /// <inheritdoc/>
    public void Detach() => state.Detach();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() => state.Take();

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state) => this.state.Put(state);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }

    /// <summary>H for potentials V and inputs X of one variable's neuron, without gradient.</summary>
    internal Tensor Charged(Tensor v, Tensor x)
    {
        Begin(x.shape, x.dtype);
        var charged = Step([v], x).Charged;
        End();
        return charged;
    }

    private static double Value(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();

    private Tensor[] Started(Tensor?[] given, Tensor step) => [.. given.Select((variable, i) => variable ?? Start(i, step))];

    private bool UseFused(Tensor sequence, Tensor?[] initial)
    {
        if (Backend == NeuronBackend.Reference)
        {
            return false;
        }

        // in evaluation mode the spike has no gradient: where one is asked for all the same, the reference provides the rest
        var refusal = StoreVSequence ? "The fused backend keeps no potentials: StoreVSequence needs the reference."
            : !training && (NeedsGraph || GraphNode.IsWanted([sequence, .. initial]))
                ? "In evaluation mode the fused backend gives no gradients."
            : FusedSupport.Refusal(sequence);
        return refusal is null || (Backend == NeuronBackend.Fused
            ? throw new ArgumentException($"{GetName()}: {refusal} Use NeuronBackend.Auto.")
            : false);
    }

    private (Tensor Output, Tensor[] Final) RunReference(Tensor sequence, Tensor?[] initial)
    {
        var wide = FloatingPoint.Widened(sequence);
        var present = Started(initial, wide[0]);
        var outputs = new List<Tensor>();
        var potentials = new List<Tensor>();

        // unbind, not x[t]: the backward of indexing fills a whole [T, N] for every step
        foreach (var input in wide.unbind(0))
        {
            var step = Step(present, input);
            present = step.After;
            outputs.Add(step.Output);
            if (StoreVSequence)
            {
                potentials.Add(present[0]);
            }
        }

        if (StoreVSequence)
        {
            VSequence?.Dispose();
            VSequence = stack(potentials).DetachFromDisposeScope();
        }

        return (stack(outputs).to(sequence.dtype), present);
    }

}
