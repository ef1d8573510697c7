using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// A stage whose output comes back as input one step later (arXiv:2306.01354, section 2.1):
/// R[t] = N(BN(DW(O[t-1]))), brought to the input's size by a transposed convolution of each map (where the stage does not halve
/// the size, R[t] is O[t-1] itself); A[t] = N(BN(PW([X[t], R[t]]))), a 1 x 1 convolution back to the input's maps;
/// O[t] = stage(A[t]). N is a LIF neuron or a ReLU. O is remembered until <see cref="Functional.Reset"/>.
/// </summary>
public sealed class RecurrentStage : NamedModule, IStateValue
{
    private readonly nn.Module<Tensor, Tensor> stage;
    private readonly ConvTranspose2d? dwconv;
    private readonly BatchNorm2d? bn1;
    private readonly nn.Module<Tensor, Tensor>? feedbackNeuron;
    private readonly Conv2d pwconv;
    private readonly BatchNorm2d bn;
    private readonly nn.Module<Tensor, Tensor> neuron;
    private readonly int outputs;
    private Tensor? memory;

    /// <summary>Builds a stage around its blocks.</summary>
    /// <param name="stage">The blocks, [T, B, inputs, H, W] to [T, B, outputs, H / stride, W / stride].</param>
    /// <param name="inputs">Feature maps of the input.</param>
    /// <param name="outputs">Feature maps of the output.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="createNeuron">Makes the nonlinearity N of a sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stride"/> is below 1 or is above 2.</exception>
    public RecurrentStage(nn.Module<Tensor, Tensor> stage, int inputs, int outputs, int stride,
        Func<nn.Module<Tensor, Tensor>> createNeuron)
        : base(nameof(RecurrentStage))
    {
        ArgumentNullException.ThrowIfNull(createNeuron);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stride, 2);
        (this.stage, this.outputs) = (stage, outputs);
        register_module("sub_module", stage);
        if (stride == 2)
        {
            register_module(nameof(dwconv),
                dwconv = nn.ConvTranspose2d(outputs, outputs, 3, stride: 2, padding: 1, output_padding: 1, groups: outputs, bias: false));
            register_module(nameof(bn1), bn1 = nn.BatchNorm2d(outputs));
            register_module("sn1", feedbackNeuron = createNeuron());
        }

        register_module(nameof(pwconv), pwconv = nn.Conv2d(inputs + outputs, inputs, 1, bias: false));
        register_module(nameof(bn), bn = nn.BatchNorm2d(inputs));
        register_module("sn", neuron = createNeuron());
    }

    /// <summary>Runs the stage step by step from what it remembers.</summary>
    /// <param name="input">[T, B, inputs, H, W]; H and W even where the stage halves them.</param>
    /// <returns>[T, B, outputs, H / stride, W / stride].</returns>
    /// <exception cref="ArgumentException">The input has other axes, or an odd height or width, which the stage halves.</exception>
    /// <exception cref="InvalidOperationException">The stage remembers an input of another size.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        using var scope = NewDisposeScope();
        var stride = dwconv is null ? 1 : 2;
        var inputs = pwconv.weight!.size(0);
        if (input.dim() != 5 || input.shape[0] < 1 || input.shape[2] != inputs || input.shape[3] < 1 || input.shape[4] < 1)
        {
            throw new ArgumentException(
                $"The stage was given [{string.Join(", ", input.shape)}]; expected maps [T, B, {inputs}, H, W], T, H and W of at least 1.",
                nameof(input));
        }

        LayerInput.RequireWeights(input, pwconv.weight!, GetName());

        if (input.shape[3] % stride != 0 || input.shape[4] % stride != 0)
        {
            throw new ArgumentException(
                $"The stage halves maps of {input.shape[3]} x {input.shape[4]} and doubles them again for its feedback: height and width "
                + "must be even (images of a multiple of 32).", nameof(input));
        }

        long[] shape = [1, input.shape[1], outputs, input.shape[3] / stride, input.shape[4] / stride];
        var last = memory?.to(input.dtype).to(input.device) ?? zeros(shape, input.dtype, input.device);
        if (!last.shape.SequenceEqual(shape))
        {
            throw new InvalidOperationException(
                $"The stage remembers maps [{string.Join(", ", last.shape)}] of an earlier input, and this one needs "
                + $"[{string.Join(", ", shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");
        }

        var steps = new List<Tensor>();
        foreach (var step in input.split(1, 0))
        {
            var feedback = dwconv is null ? last : feedbackNeuron!.call(bn1!.call(dwconv.call(last[0])).unsqueeze(0));
            var mixed = neuron.call(bn.call(pwconv.call(cat([step[0], feedback[0]], 1))).unsqueeze(0));
            last = stage.call(mixed);
            steps.Add(last);
        }

        Keep(last.alias());
        return cat(steps).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        memory?.Dispose();
        memory = null;
    }

    /// <inheritdoc/>
    public void Detach()
    {
        if (memory is not null)
        {
            Keep(memory.detach());
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState()
    {
        var taken = memory;
        memory = null;
        return taken is null ? [] : [(nameof(memory), taken)];
    }

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Reset();
        memory = state.Count == 0 ? null
            : state is [(nameof(memory), var value)] ? value
            : throw new ArgumentException(
                $"The stage has one tensor of state, memory; it was given {string.Join(", ", state.Select(entry => entry.Name))}.",
                nameof(state));
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

    private void Keep(Tensor output)
    {
        var former = memory;
        memory = output.DetachFromDisposeScope();
        former?.Dispose();
    }
}
