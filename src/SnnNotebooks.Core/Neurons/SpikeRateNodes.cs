using SnnNotebooks.Layers;
using SnnNotebooks.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Differentiation on spike representation, integrate and fire: forward, spikes of height v_threshold, fired at alpha v_threshold and
/// subtracted; backward, as if the layer mapped the mean input to the mean output, a ramp clipped at v_threshold
/// (Q. Meng et al., CVPR 2022, arXiv:2205.00459). The threshold is learned: <c>v_threshold</c>, without axes.
/// </summary>
public sealed class DSRIFNode : SpikeRateNeuron
{
    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="threshold">Threshold to start from, at least <paramref name="lowest"/>.</param>
    /// <param name="alpha">Part of the threshold at which it fires, above 0 and at most 1.</param>
    /// <param name="learnThreshold">Whether the threshold is learned.</param>
    /// <param name="gradientScale">What the threshold's gradient is multiplied by.</param>
    /// <param name="lowest">The threshold is never taken as lower than this, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public DSRIFNode(int steps = 20, double threshold = 6.0, double alpha = 0.5, bool learnThreshold = true, double gradientScale = 1.0,
        double lowest = 0.01)
        : base(nameof(DSRIFNode), steps, threshold, alpha, learnThreshold, gradientScale, lowest)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Charge(Tensor v, Tensor x) => v + x;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Threshold) Gradients(Tensor x, Tensor threshold, Tensor gradient)
    {
        var rate = x.mean([0]);
        var sum = gradient.mean([0]) * Steps;
        var through = sum * rate.ge(0).logical_and(rate.le(threshold)).to(x.dtype) / Steps;
        var above = sum * rate.gt(threshold).to(x.dtype);
        return (through.unsqueeze(0).expand(x.shape), above.sum() * GradientScale);
    }
}

/// <summary>
/// Differentiation on spike representation, leaky integrate and fire: as <see cref="DSRIFNode"/>, with V decaying by exp(-dt/tau) each
/// step, outputs S v_threshold / dt, and means weighted by how much of each step is left at the end
/// (Q. Meng et al., CVPR 2022, arXiv:2205.00459).
/// </summary>
public sealed class DSRLIFNode : SpikeRateNeuron
{
    private readonly double tau;
    private readonly double timeStep;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="threshold">Threshold to start from, at least <paramref name="lowest"/>.</param>
    /// <param name="tau">Membrane time constant, above 0, in the unit of <paramref name="timeStep"/>.</param>
    /// <param name="timeStep">dt, above 0.</param>
    /// <param name="alpha">Part of the threshold at which it fires, above 0 and at most 1.</param>
    /// <param name="learnThreshold">Whether the threshold is learned.</param>
    /// <param name="gradientScale">What the threshold's gradient is multiplied by.</param>
    /// <param name="lowest">The threshold is never taken as lower than this, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public DSRLIFNode(
        int steps = 20,
        double threshold = 1.0,
        double tau = 2.0,
        double timeStep = 0.05,
        double alpha = 0.3,
        bool learnThreshold = true,
        double gradientScale = 1.0,
        double lowest = 0.1)
        : base(nameof(DSRLIFNode), steps, threshold, alpha, learnThreshold, gradientScale, lowest)
    {
        this.tau = NeuronConstant.Above0(tau);
        this.timeStep = NeuronConstant.Above0(timeStep);
    }

    /// <inheritdoc/>
    protected override Tensor Charge(Tensor v, Tensor x)
    {
        var decay = Math.Exp(-timeStep / tau);
        return (decay * v) + ((1 - decay) * x);
    }

    /// <inheritdoc/>
    protected override Tensor Output(Tensor spikes) => spikes / timeStep;

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Threshold) Gradients(Tensor x, Tensor threshold, Tensor gradient)
    {
        var rate = Weighted(x);
        var sum = Weighted(gradient) * Steps;
        var highest = threshold / timeStep * tau;
        var through = sum * rate.gt(0).logical_and(rate.lt(highest)).to(x.dtype) / tau / Steps;
        var above = sum * rate.gt(highest).to(x.dtype);
        return (through.unsqueeze(0).expand(x.shape), above.sum() * timeStep * GradientScale);
    }

    /// <summary>The mean over time, weighted by exp(-(T - i) dt / tau) for i = 1..T.</summary>
    private Tensor Weighted(Tensor sequence)
    {
        var weights = tensor(Enumerable.Range(1, Steps).Select(i => (float)Math.Exp(-1 / tau * ((timeStep * Steps) - (i * timeStep))))
            .ToArray(), device: CPU).Sent(sequence.device).to(sequence.dtype);
        return tensordot(weights, sequence, [0], [0]) / weights.sum();
    }
}

/// <summary>
/// A neuron that is differentiated through its rates, as if it mapped the mean input to the mean output. One call is a whole sequence
/// that starts from rest. Forward it charges, fires at alpha v_threshold and subtracts v_threshold; derive to say how it charges and what
/// its gradients are.
/// </summary>
public abstract class SpikeRateNeuron : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly Tensor v_threshold;
    private readonly double lowest;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="threshold">Threshold to start from, at least <paramref name="lowest"/>.</param>
    /// <param name="alpha">Part of the threshold at which it fires, above 0 and at most 1.</param>
    /// <param name="learnThreshold">Whether the threshold is learned.</param>
    /// <param name="gradientScale">What the threshold's gradient is multiplied by.</param>
    /// <param name="lowest">The threshold is never taken as lower than this, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    protected SpikeRateNeuron(
        string name, int steps, double threshold, double alpha, bool learnThreshold, double gradientScale, double lowest)
        : base(name)
    {
        Steps = NeuronConstant.AtLeast1(steps);
        Alpha = NeuronConstant.Fraction(NeuronConstant.Above0(alpha));
        GradientScale = double.IsFinite(gradientScale) ? gradientScale
            : throw new ArgumentOutOfRangeException(
                nameof(gradientScale), gradientScale, "The factor of the threshold's gradient must be finite.");
        this.lowest = NeuronConstant.Above0(lowest);
        if (!(threshold >= lowest) || !double.IsFinite(threshold))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, FormattableString.Invariant($"The threshold must be finite and at least {lowest}."));
        }

        if (learnThreshold)
        {
            var parameter = nn.Parameter(tensor((float)threshold));
            register_parameter(nameof(v_threshold), parameter);
            v_threshold = parameter;
        }
        else
        {
            v_threshold = tensor((float)threshold).DetachFromDisposeScope();
        }
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>Part of the threshold at which it fires.</summary>
    public double Alpha { get; }

    /// <summary>What the threshold's gradient is multiplied by.</summary>
    protected double GradientScale { get; }

    /// <summary>Runs the neurons from rest.</summary>
    /// <param name="input">[T, N, ...].</param>
    /// <returns>Weighted spikes in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 2 || input.shape[0] != Steps)
        {
            throw new ArgumentException(
                $"{GetName()} was made for T = {Steps} and was given [{string.Join(", ", input.shape)}]; expected [{Steps}, N, ...].",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        return Node.Run(this, input, v_threshold.to(input.dtype).to(input.device).clamp(min: lowest)).MoveToOuterDisposeScope();
    }

    /// <summary>The potential after charging.</summary>
    /// <param name="v">Potential after the last step, [N, ...].</param>
    /// <param name="x">Input of the step, [N, ...].</param>
    /// <returns>[N, ...].</returns>
    protected abstract Tensor Charge(Tensor v, Tensor x);

    /// <summary>What spikes are given out as; themselves unless overridden.</summary>
    /// <param name="spikes">0 or the threshold, [T, N, ...].</param>
    /// <returns>[T, N, ...].</returns>
    protected virtual Tensor Output(Tensor spikes) => spikes;

    /// <summary>The gradients of the input, [T, N, ...], and of the threshold, a number.</summary>
    /// <param name="x">The input, [T, N, ...].</param>
    /// <param name="threshold">The threshold, a number.</param>
    /// <param name="gradient">Gradient of the output, [T, N, ...].</param>
    /// <returns>Both gradients, in the shapes of the input and of the threshold.</returns>
    protected abstract (Tensor X, Tensor Threshold) Gradients(Tensor x, Tensor threshold, Tensor gradient);

    private Tensor Fire(Tensor x, Tensor threshold)
    {
        var potential = zeros_like(x[0]);
        var spikes = new List<Tensor>();
        foreach (var step in x.unbind(0))
        {
            potential = Charge(potential, step);
            var spike = potential.ge(Alpha * threshold).to(x.dtype) * threshold;
            potential = potential - spike;
            spikes.Add(spike);
        }

        return Output(stack(spikes));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            v_threshold.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The forward pass as one operation of the graph, with the rates' gradients.</summary>
    private sealed class Node(SpikeRateNeuron neuron) : GraphNode
    {
        public static Tensor Run(SpikeRateNeuron neuron, Tensor x, Tensor threshold)
        {
            Tensor[] inputs = [x, threshold];
            return new Node(neuron).Run(inputs, inputs, () => [neuron.Fire(x, threshold)])[0];
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
        {
            if (outputs[0] is not { } gradient)
            {
                return [null, null];
            }

            var (x, threshold) = neuron.Gradients(savedTensors[0], savedTensors[1], gradient);
            return [x, threshold];
        }
    }
}
