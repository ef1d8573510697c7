using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Two linear maps of every token with batch normalisation, and neurons after each (<see cref="ResidualKind.Spikes"/>) or before each.
/// </summary>
public sealed class SpikingMlp : NamedModule
{
    private readonly ResidualKind residual;
    private readonly TokenLayer first;
    private readonly TokenLayer second;
    private readonly SpikingNeuron firstNeuron;
    private readonly SpikingNeuron secondNeuron;

    /// <summary>Builds the module.</summary>
    /// <param name="features">C.</param>
    /// <param name="ratio">Hidden features are this many times C.</param>
    /// <param name="form">How the published code writes the linear maps.</param>
    /// <param name="names">The layers' names up to their number: <c>fc</c> or <c>mlp</c>.</param>
    /// <param name="residual">Neurons last or first.</param>
    /// <param name="neurons">The neurons.</param>
    public SpikingMlp(int features, int ratio, PointwiseForm form, string names, ResidualKind residual, TransformerNeurons neurons)
        : base(nameof(SpikingMlp))
    {
        ArgumentNullException.ThrowIfNull(neurons);
        this.residual = residual;
        first = new TokenLayer(this, names + "1", features, features * ratio, form, hasBias: true);
        register_module(names + "1_lif", firstNeuron = neurons.Create());
        second = new TokenLayer(this, names + "2", features * ratio, features, form, hasBias: true);
        register_module(names + "2_lif", secondNeuron = neurons.Create());
    }

    /// <summary>Maps every token.</summary>
    /// <param name="input">[T, B, N, C].</param>
    /// <returns>[T, B, N, C].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = residual == ResidualKind.Membrane
            ? second.Apply(first.Fire(secondNeuron, firstNeuron.call(input)))
            : second.Fire(secondNeuron, first.Fire(firstNeuron, input));
        return output.MoveToOuterDisposeScope();
    }
}
