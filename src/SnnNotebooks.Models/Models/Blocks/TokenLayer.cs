using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// A linear map of tokens and a batch normalisation over all tokens, time steps and samples, registered under the published names.
/// </summary>
internal sealed class TokenLayer
{
    private readonly PointwiseLayer map;
    private readonly BatchNorm1d normalisation;

    /// <summary>
    /// Creates both and registers them with <paramref name="owner"/> as <c>PREFIX_linear</c> or <c>PREFIX_conv</c>, and <c>PREFIX_bn</c>.
    /// </summary>
    public TokenLayer(nn.Module owner, string prefix, int inputs, int outputs, PointwiseForm form, bool hasBias)
    {
        map = Registered(owner, prefix + (form == PointwiseForm.Linear ? "_linear" : "_conv"),
            new PointwiseLayer(inputs, outputs, form, hasBias));
        normalisation = Registered(owner, prefix + "_bn", nn.BatchNorm1d(outputs));
    }

    /// <summary>[T, B, N, in] to [T, B, N, out].</summary>
    public Tensor Apply(Tensor tokens) => normalisation.call(Mapped(tokens)).unflatten(0, tokens.shape[..3]);

    /// <summary>The same with neurons behind it.</summary>
    public Tensor Fire(SpikingNeuron neuron, Tensor tokens) =>
        NormalisedNeurons.FireTokens(normalisation, neuron, Mapped(tokens).unflatten(0, tokens.shape[..3]));

    private Tensor Mapped(Tensor tokens)
    {
        LayerInput.RequireFeatures(tokens, -1, map.Weight.size(1), map.GetName(), "tokens [T, B, N, {0}]", leastAxes: 4);
        return map.call(tokens.flatten(0, 2));
    }

    private static T Registered<T>(nn.Module owner, string name, T module)
        where T : nn.Module
    {
        owner.register_module(name, module);
        return module;
    }
}
