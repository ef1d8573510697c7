using SnnNotebooks.Surrogates;
using TorchSharp;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Surrogates: the spikes bit for bit, the gradient, the primitive and its own gradient.</summary>
internal sealed class SurrogateSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "surrogate";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        var surrogate = SurrogateCatalog.Create(reference.Text("surrogate") ?? string.Empty, reference.Constants, reference.IsRelease);
        var g = reference.Tensor("g");
        var x = reference.Tensor("x").requires_grad_();
        var spikes = surrogate.Spike(x);
        reference.Same("spike", spikes);
        (spikes * g).sum().backward();
        reference.Close("grad_x", x.grad!);
        if (reference.Has("primitive"))
        {
            var variable = reference.Tensor("x").requires_grad_();
            if (surrogate.Primitive(variable) is not { } values)
            {
                reference.Differs($"{surrogate.Name} has no primitive here");
                return null;
            }

            reference.Close("primitive", values);
            values.sum().backward();
            reference.Close("primitive_autograd", variable.grad!);
        }

        return null;
    }
}
