using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Inner products of stimuli, summed over blocks of columns. The caller disposes the results.</summary>
internal static class RowGram
{
    /// <summary>X X' [S, S], after <paramref name="change"/> changed each block in place.</summary>
    public static Tensor Of(ResponseMatrix responses, Action<Tensor>? change = null) => Of(responses, add => responses.ForEachBlock(block =>
    {
        change?.Invoke(block);
        add(block);
    }));

    /// <summary>X X' of responses less each feature's mean over the stimuli.</summary>
    public static Tensor OfCentredColumns(ResponseMatrix responses) => Of(responses, block => block.sub_(block.mean([0], keepdim: true)));

    /// <summary>
    /// The same, times the power of two that brings its largest entry to between 1 and 2: whatever the unit of the responses is, squares
    /// of entries stay within the range of numbers.
    /// </summary>
    public static Tensor OfCentredColumnsScaled(ResponseMatrix responses)
    {
        var gram = OfCentredColumns(responses);
        var largest = gram.diagonal().max().item<double>();
        return largest > 0 && double.IsFinite(largest) ? gram.mul_(Math.ScaleB(1, Math.Min(1023, -Math.ILogB(largest)))) : gram;
    }

    /// <summary>
    /// X X' of responses less each stimulus' mean over the features; in float64 after all where a row's squares leave the range of float32.
    /// </summary>
    public static Tensor OfCentredRows(ResponseMatrix responses, ResponseSummary summary, ProductPrecision precision)
    {
        const double Least = 1e-30, Most = 1e30; // mean squares: float32 holds 1e-38 to 3e38
        using var scope = NewDisposeScope();
        var means = summary.RowSums / responses.Columns;
        Tensor In(ScalarType type) => Of(responses, add => responses.ForEachBlock(add, means, type));
        var gram = In(precision == ProductPrecision.Single ? ScalarType.Float32 : ScalarType.Float64);
        if (precision == ProductPrecision.Single
            && !(gram.diagonal() / responses.Columns).Numbers<double>().All(square => square is > Least and < Most))
        {
            gram = In(ScalarType.Float64);
        }

        return gram.MoveToOuterDisposeScope();
    }

    /// <summary>A matrix [S, S] less the means of its rows and columns: H K H with H = I - 11'/S.</summary>
    public static Tensor Centred(Tensor gram)
    {
        using var scope = NewDisposeScope();
        return (gram - gram.mean([0], keepdim: true) - gram.mean([1], keepdim: true) + gram.mean()).MoveToOuterDisposeScope();
    }

    /// <summary>The products of blocks that somebody hands over, added up.</summary>
    private static Tensor Of(ResponseMatrix responses, Action<Action<Tensor>> handOver)
    {
        using var scope = NewDisposeScope();
        var gram = FreshMatrix.Of(responses.Rows, responses.Rows).zero_();
        handOver(block => SymmetricProduct.AddLower(gram, block));
        SymmetricProduct.Mirror(gram);
        return gram.MoveToOuterDisposeScope();
    }
}
