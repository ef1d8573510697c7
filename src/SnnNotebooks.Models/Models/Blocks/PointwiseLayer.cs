using SnnNotebooks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// The same linear map at every token. Published networks write it as a linear layer, a 1-D or a 2-D convolution with a kernel of one:
/// the arithmetic is one, the shape of <c>weight</c> ([out, in], [out, in, 1] or [out, in, 1, 1]) and the initial values differ.
/// </summary>
public sealed class PointwiseLayer : NamedModule, ITokenMap
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>Creates a layer.</summary>
    /// <param name="inputs">Features of a token before.</param>
    /// <param name="outputs">Features after.</param>
    /// <param name="form">How the published code writes it.</param>
    /// <param name="hasBias">Whether there is an additive term.</param>
    public PointwiseLayer(int inputs, int outputs, PointwiseForm form, bool hasBias)
        : base(nameof(PointwiseLayer))
    {
        long[] shape = form switch
        {
            PointwiseForm.Linear => [outputs, inputs],
            PointwiseForm.Conv1d => [outputs, inputs, 1],
            _ => [outputs, inputs, 1, 1],
        };
        weight = nn.Parameter(empty(shape));
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = nn.Parameter(empty(outputs));
            register_parameter(nameof(bias), bias);
        }

        var bound = 1 / Math.Sqrt(inputs);
        if (form == PointwiseForm.Linear)
        {
            Initialization.TruncatedNormal(weight);
            Initialization.Zero(bias);
        }
        else
        {
            nn.init.uniform_(weight, -bound, bound);
            if (bias is not null)
            {
                nn.init.uniform_(bias, -bound, bound);
            }
        }
    }

    /// <summary>The weights, in the published shape.</summary>
    public Tensor Weight => weight;

    /// <summary>Whether there is an additive term.</summary>
    public bool HasBias => bias is not null;

    /// <summary>Maps every token.</summary>
    /// <param name="input">[..., in].</param>
    /// <returns>[..., out].</returns>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        using var matrix = weight.flatten(1);
        return SpikeLayers.Linear(input, matrix, bias);
    }
}

/// <summary>How a published network writes a linear map of tokens.</summary>
public enum PointwiseForm
{
    /// <summary>A linear layer: initial weights from a truncated normal of 0.02, bias 0, as vision transformers do.</summary>
    Linear,

    /// <summary>A 1-D convolution: initial weights and bias uniform within 1/sqrt(in), PyTorch's default.</summary>
    Conv1d,

    /// <summary>A 2-D convolution, initialised likewise.</summary>
    Conv2d,
}
