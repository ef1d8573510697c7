using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// How a residual block joins its branch A and its shortcut S, both spikes (W. Fang et al., NeurIPS 2021, arXiv:2102.04159, table 1).
/// </summary>
public enum ElementWise
{
    /// <summary>A + S.</summary>
    ADD,

    /// <summary>A S.</summary>
    AND,

    /// <summary>S (1 - A).</summary>
    IAND,

    /// <summary>A (1 - S): what SpikingJelly's own bottleneck blocks compute for IAND, with the roles changed.</summary>
    SwappedIAND,

    /// <summary>A alone, without a shortcut: the plain network the paper compares with.</summary>
    Plain,

    /// <summary>A neuron layer after A + S, where A has not fired yet: the older spiking residual block.</summary>
    NeuronAfterSum,
}

/// <summary>Computes <see cref="ElementWise"/> functions.</summary>
internal static class ElementWiseFunctions
{
    /// <summary>g(A, S) of two spike tensors of one shape.</summary>
    public static Tensor Join(this ElementWise function, Tensor branch, Tensor shortcut) => function switch
    {
        ElementWise.ADD => branch + shortcut,
        ElementWise.AND => branch * shortcut,
        ElementWise.IAND => shortcut * (1 - branch),
        ElementWise.SwappedIAND => branch * (1 - shortcut),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "It is no function of two spike tensors."),
    };
}
