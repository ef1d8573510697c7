using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Inner products of stimuli, summed over blocks of columns. The caller disposes the results.</summary>
internal static class RowGram
{
    /// <summary>
    /// X X' [S, S], after each row was read without what <paramref name="less"/> [S, 1] says, and <paramref name="change"/> changed each
    /// block in place.
    /// </summary>
    public static Tensor Of(ResponseMatrix responses, Action<Tensor>? change = null, Tensor? less = null)
    {
        using var scope = NewDisposeScope();
        var gram = FreshMatrix.Of(responses.Rows, responses.Rows).zero_();
        responses.ForEachBlock(block =>
        {
            change?.Invoke(block);
            SymmetricProduct.AddLower(gram, block);
        }, less);
        SymmetricProduct.Mirror(gram);
        return gram.MoveToOuterDisposeScope();
    }

    /// <summary>X X' of responses less each feature's mean over the stimuli.</summary>
    public static Tensor OfCentredColumns(ResponseMatrix responses) => Of(responses, block => block.sub_(block.mean([0], keepdim: true)));

    /// <summary>X X' of responses less each stimulus' mean over the features.</summary>
    public static Tensor OfCentredRows(ResponseMatrix responses, ResponseSummary summary)
    {
        using var scope = NewDisposeScope();
        return Of(responses, less: summary.RowSums / responses.Columns).MoveToOuterDisposeScope();
    }

    /// <summary>A matrix [S, S] less the means of its rows and columns: H K H with H = I - 11'/S.</summary>
    public static Tensor Centred(Tensor gram)
    {
        using var scope = NewDisposeScope();
        return (gram - gram.mean([0], keepdim: true) - gram.mean([1], keepdim: true) + gram.mean()).MoveToOuterDisposeScope();
    }
}
