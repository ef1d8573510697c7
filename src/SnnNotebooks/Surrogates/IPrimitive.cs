using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>A surrogate that knows the smooth function whose derivative it uses: with it in place of the step, a network is an ordinary one.</summary>
public interface IPrimitive
{
    /// <summary>The smooth function, differentiable by autograd.</summary>
    /// <param name="u">H - threshold, any shape, floating point.</param>
    /// <returns>Its values, in the shape and type of <paramref name="u"/>.</returns>
    Tensor Primitive(Tensor u);
}
