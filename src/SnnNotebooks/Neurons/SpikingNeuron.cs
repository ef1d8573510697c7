using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of point neurons: charge, fire, reset. H[t] = f(V[t-1], X[t]); S[t] = 1 where H[t] is at least the threshold;
/// V[t] = (1 - S) H + S V_reset (hard) or H - S threshold (soft). The membrane potential V is state, not parameter:
/// it goes on from call to call until <see cref="Functional.Reset"/>.
/// </summary>
public abstract class SpikingNeuron : nn.Module<Tensor, Tensor>, IStateful
{
    private Tensor? v;

    private protected SpikingNeuron(string name, double threshold, double? reset, bool detachReset, Surrogate? surrogate)
        : base(name)
    {
        Threshold = threshold;
        ResetPotential = reset;
        DetachReset = detachReset;
        Surrogate = surrogate ?? new Sigmoid();
    }

    /// <summary>Firing threshold; a neuron fires at equality.</summary>
    public double Threshold { get; }

    /// <summary>Potential after a spike (hard reset), or null for soft reset: the threshold is subtracted.</summary>
    public double? ResetPotential { get; }

    /// <summary>True where no gradient flows through the spike of the reset.</summary>
    public bool DetachReset { get; }

    /// <summary>The surrogate gradient of the spike, in training mode. In evaluation mode the spike has no gradient.</summary>
    public Surrogate Surrogate { get; }

    /// <summary>What it computes, in one line: equation with its constants, threshold, reset and surrogate.</summary>
    public string Description => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Equation}, threshold {Threshold}, {(ResetPotential is { } reset ? $"reset to {reset}" : "soft reset")}{(DetachReset ? ", reset detached" : string.Empty)}, {Surrogate}");

    /// <summary>Whether a call takes a sequence [T, N, ...] (the default) or one step [N, ...].</summary>
    public StepMode StepMode { get; set; }

    /// <summary>How it is computed.</summary>
    public NeuronBackend Backend { get; set; }

    /// <summary>True where <see cref="VSequence"/> is wanted; it costs memory and the fused backend.</summary>
    public bool StoreVSequence { get; set; }

    /// <summary>Membrane potential [N, ...] after the last step, or null before the first call. It belongs to the neuron: do not dispose it.</summary>
    public Tensor? V => v;

    /// <summary>Membrane potentials after each step's reset [T, N, ...] of the last call, where <see cref="StoreVSequence"/> was set.</summary>
    public Tensor? VSequence { get; private set; }

    /// <summary>The learnable number of the charge equation as it enters the equation, or null; the caller disposes it.</summary>
    private protected virtual Tensor? Parameter() => null;

    /// <summary>The charge equation on tensors.</summary>
    private protected abstract Tensor Charge(Tensor v, Tensor x, Tensor? parameter);

    private protected abstract FusedKernel Kernel { get; }

    /// <summary>The charge equation's name and constants.</summary>
    private protected virtual string Equation => GetType().Name;

    /// <summary>Runs the neurons from their present state.</summary>
    /// <param name="input">Input current: [T, N, ...] in multi-step mode, [N, ...] in single-step mode; floating point.</param>
    /// <returns>Spikes, 0 or 1, in the shape and type of the input.</returns>
    /// <exception cref="ArgumentException">The input is no floating-point sequence, or <see cref="NeuronBackend.Fused"/> was asked for where it cannot run.</exception>
    /// <exception cref="InvalidOperationException">The state is left from an input of another shape.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        if (!input.is_floating_point())
        {
            throw new ArgumentException($"{GetName()} was given {input.dtype}; expected floating-point currents: convert with .to(ScalarType.Float32).", nameof(input));
        }

        var sequence = StepMode == StepMode.Multi ? input : input.unsqueeze(0);
        if (sequence.dim() < 1 || sequence.shape[0] < 1)
        {
            throw new ArgumentException($"{GetName()} was given [{string.Join(", ", input.shape)}]; expected a sequence [T, N, ...] with T of at least 1.", nameof(input));
        }

        var initial = State(sequence);
        var parameter = Parameter();
        var (spikes, final) = UseFused(sequence, initial, parameter)
            ? RunFused(sequence, initial, parameter)
            : RunReference(sequence, initial, parameter);
        Keep(final);
        return (StepMode == StepMode.Multi ? spikes : spikes.squeeze(0)).MoveToOuterDisposeScope();
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
            throw new ArgumentException($"A trace is of one neuron: the current must be [T], it is [{string.Join(", ", current.shape)}].", nameof(current));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameter = Parameter();
        var potential = full(1, ResetPotential ?? 0, dtype: current.dtype);
        var (x, h, after, s) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        foreach (var step in current.unbind(0))
        {
            var charged = Charge(potential, step.reshape(1), parameter);
            (potential, var spike) = Fire(charged);
            x.Add(Value(step));
            h.Add(Value(charged));
            after.Add(Value(potential));
            s.Add(Value(spike));
        }

        return new NeuronTrace(x, h, after, s, Threshold, ResetPotential);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        v?.Dispose();
        v = null;
        VSequence?.Dispose();
        VSequence = null;
    }

    /// <inheritdoc/>
    public void Detach()
    {
        if (v is not null)
        {
            Keep(v.detach());
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }

    private static double Value(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();

    private Tensor State(Tensor sequence)
    {
        var shape = sequence.shape[1..];
        if (v is null)
        {
            return full(shape, ResetPotential ?? 0, dtype: sequence.dtype, device: sequence.device);
        }

        return v.shape.SequenceEqual(shape)
            ? v.to(sequence.dtype).to(sequence.device)
            : throw new InvalidOperationException(
                $"{GetName()} holds membrane potentials of shape [{string.Join(", ", v.shape)}] from an earlier input, and this one needs [{string.Join(", ", shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");
    }

    private bool UseFused(Tensor sequence, Tensor initial, Tensor? parameter)
    {
        // in evaluation mode the spike has no gradient: where one is asked for all the same, the reference provides the rest
        var wantsGradient = is_grad_enabled() && (sequence.requires_grad || initial.requires_grad || parameter is { requires_grad: true });
        var possible = sequence.device_type == DeviceType.CPU
            && sequence.dtype is ScalarType.Float32 or ScalarType.Float64
            && !StoreVSequence
            && (training || !wantsGradient);
        return Backend switch
        {
            NeuronBackend.Reference => false,
            NeuronBackend.Fused when !possible => throw new ArgumentException(
                $"{GetName()}: the fused backend runs float32 and float64 on the CPU, without StoreVSequence, and in evaluation mode without gradients; this is {sequence.dtype} on {sequence.device}. Use NeuronBackend.Auto."),
            _ => possible,
        };
    }

    private (Tensor Spikes, Tensor Final) RunFused(Tensor sequence, Tensor initial, Tensor? parameter)
    {
        var results = FusedFunction.apply(sequence.contiguous(), initial.contiguous(), parameter!, Kernel);
        return (TieFunction.apply(results[0], results[1]), results[1]);
    }

    private (Tensor Spikes, Tensor Final) RunReference(Tensor sequence, Tensor initial, Tensor? parameter)
    {
        var potential = initial;
        var spikes = new List<Tensor>();
        var potentials = new List<Tensor>();

        // unbind, not x[t]: the backward of indexing fills a whole [T, N] for every step
        foreach (var step in sequence.unbind(0))
        {
            (potential, var spike) = Fire(Charge(potential, step, parameter));
            spikes.Add(spike);
            if (StoreVSequence)
            {
                potentials.Add(potential);
            }
        }

        if (StoreVSequence)
        {
            VSequence?.Dispose();
            VSequence = stack(potentials).DetachFromDisposeScope();
        }

        return (stack(spikes), potential);
    }

    private (Tensor Potential, Tensor Spike) Fire(Tensor charged)
    {
        var distance = charged - Threshold;
        var spike = training ? Surrogate.Spike(distance) : distance.ge(0).to(charged.dtype);
        var resetting = DetachReset ? spike.detach() : spike;
        var potential = ResetPotential is { } reset
            ? ((1 - resetting) * charged) + (resetting * reset)
            : charged - (resetting * Threshold);
        return (potential, spike);
    }

    private void Keep(Tensor potential)
    {
        var former = v;
        v = potential.DetachFromDisposeScope();
        if (!ReferenceEquals(former, v))
        {
            former?.Dispose();
        }
    }
}
