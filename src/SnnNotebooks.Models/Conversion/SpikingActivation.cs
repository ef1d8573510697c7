using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>
/// What takes the place of a ReLU: divide by the scale, integrate and fire with soft reset at 1, multiply by the scale. Its mean over time
/// is the clipped activation.
/// </summary>
public sealed class SpikingActivation : nn.Module<Tensor, Tensor>, IStateValue
{
    private readonly Tensor scale;
    private readonly Tensor inverse;
    private readonly IFNode neuron = new(threshold: 1, reset: null);

    internal SpikingActivation(Tensor scale)
        : base(nameof(SpikingActivation))
    {
        using var scope = NewDisposeScope();
        this.scale = scale;
        inverse = scale.reciprocal().DetachFromDisposeScope();
        register_buffer("scale", scale);
        register_buffer("inverse", inverse);
        register_module("neuron", neuron);
        Scale = scale.flatten().to(ScalarType.Float64).Numbers<double>();
    }

    /// <summary>The activation of a neuron that fires at every step: one number, or one for each channel.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>Runs the neurons on from their present state.</summary>
    /// <param name="input">[T, B, ...], what the ReLU would have been given.</param>
    /// <returns>[T, B, ...], 0 or the scale.</returns>
    /// <exception cref="ArgumentException">The input has other axes or channels, or is on another device.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LayerInput.RequireDevice(input, scale, GetName());
        if (input.dim() < 2)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected [T, B, ...].", nameof(input));
        }

        if (Scale.Count > 1)
        {
            LayerInput.RequireFeatures(input, 2, Scale.Count, GetName(), "[T, B, {0}, ...]");
        }

        using var scope = NewDisposeScope();
        var shape = new long[input.dim() - 2];
        Array.Fill(shape, 1);
        if (Scale.Count > 1)
        {
            shape[0] = Scale.Count;
        }

        return (neuron.call(input * inverse.reshape(shape)) * scale.reshape(shape)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: its neurons remember, each for itself.</remarks>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() => [];

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state)
    {
    }

    /// <inheritdoc/>
    public void Reset() => neuron.Reset();

    /// <inheritdoc/>
    public void Detach() => neuron.Detach();
}
