using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of neurons without reset, whose potentials follow from the inputs of all steps at once: S = Theta(H)
/// (W. Fang et al., NeurIPS 2023, arXiv:2304.12760). Derive to say how.
/// </summary>
public abstract class ParallelNeuron : nn.Module<Tensor, Tensor>, IWholeSequence
{
    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    protected ParallelNeuron(string name, Surrogate? surrogate)
        : base(name) => Surrogate = surrogate ?? new ATan();

    /// <summary>The surrogate gradient of the spike.</summary>
    public Surrogate Surrogate { get; }

    /// <inheritdoc/>
    public virtual bool NeedsWholeSequence => true;

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[T, N, ...]; [N, ...] where the neuron takes single steps and its step mode says so.</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T or too few axes, or is not floating-point.</exception>
    /// <exception cref="InvalidOperationException">A single step is not possible, or of another shape than those before.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        using var scope = NewDisposeScope();
        return Surrogate.Spike(Charge(input)).MoveToOuterDisposeScope();
    }

    /// <summary>The potentials less the threshold, in a dispose scope of their own.</summary>
    /// <param name="input">As <see cref="forward"/> is given it.</param>
    /// <returns>H, in the shape of the input.</returns>
    protected abstract Tensor Charge(Tensor input);

    /// <summary>Weight [T, T], uniform as in a linear layer, and bias [T, 1] of -1.</summary>
    private protected static (Parameter Weight, Parameter Bias) OverTime(int steps) =>
        (nn.Parameter(nn.init.kaiming_uniform_(empty(steps, steps), Math.Sqrt(5))), nn.Parameter(full([steps, 1], -1f)));

    /// <summary>W X + b over the time axis.</summary>
    private protected Tensor OverTime(Tensor weight, Tensor bias, Tensor input)
    {
        var steps = weight.shape[0];
        LayerInput.RequireWeights(input, weight, GetName());
        return input.dim() >= 2 && input.shape[0] == steps
            ? addmm(bias, weight, input.flatten(1), 1, 1).reshape(input.shape)
            : throw new ArgumentException(
                $"{GetName()} was made for T = {steps} and was given [{string.Join(", ", input.shape)}]; expected [{steps}, N, ...].",
                nameof(input));
    }
}
