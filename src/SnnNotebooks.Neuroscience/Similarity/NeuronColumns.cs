using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>What regressions ask of a population [S, N], neuron by neuron.</summary>
internal static class NeuronColumns
{
    /// <summary>Why neurons cannot be predicted, or null: one that does not vary has no correlation and no variance to explain.</summary>
    public static string? Undefined(Representation neural)
    {
        using var scope = NewDisposeScope();
        var constant = neural.Values.eq(neural.Values[0]).all(0).Numbers<bool>();
        return Array.IndexOf(constant, true) is var first and >= 0
            ? $"{constant.Count(neuron => neuron)} of {constant.Length} neurons in {neural.Name} do not vary (the first is column "
                + $"{first}): leave them out"
            : null;
    }

    /// <summary>Pearson's correlation over stimuli of every neuron, NaN where one side does not vary.</summary>
    /// <param name="first">[S, N].</param>
    /// <param name="second">[S, N].</param>
    /// <returns>[N]; the caller disposes it.</returns>
    public static Tensor Pearson(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (first - first.mean([0], keepdim: true), second - second.mean([0], keepdim: true));
        return ((a * b).sum([0]) / (a.square().sum([0]).sqrt() * b.square().sum([0]).sqrt())).MoveToOuterDisposeScope();
    }

    /// <summary>The median over the neurons that have a number, as Brain-Score takes it; NaN where none has.</summary>
    /// <param name="scores">[N].</param>
    public static double Median(Tensor scores) => Resampling.Quantile([.. scores.Numbers<double>().Where(double.IsFinite)], 0.5);
}
