using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Inner products of stimuli, summed over blocks of columns. The caller disposes the results.</summary>
internal static class RowGram
{
    /// <summary>X X' [S, S], after each block went through <paramref name="prepare"/>.</summary>
    public static Tensor Of(ResponseMatrix responses, Func<Tensor, Tensor>? prepare = null)
    {
        using var scope = NewDisposeScope();
        var gram = zeros(responses.Rows, responses.Rows, ScalarType.Float64);
        responses.ForEachBlock(block =>
        {
            var x = prepare is null ? block : prepare(block);
            gram.addmm_(x, x.t());
        });
        return gram.MoveToOuterDisposeScope();
    }

    /// <summary>X X' of responses less each feature's mean over the stimuli.</summary>
    public static Tensor OfCentredColumns(ResponseMatrix responses) => Of(responses, block => block - block.mean([0], keepdim: true));

    /// <summary>X X' of responses less each stimulus' mean over the features.</summary>
    public static Tensor OfCentredRows(ResponseMatrix responses)
    {
        using var scope = NewDisposeScope();
        var sums = zeros(responses.Rows, 1, ScalarType.Float64);
        responses.ForEachBlock(block => sums.add_(block.sum(1, keepdim: true)));
        var means = sums / responses.Columns;
        return Of(responses, block => block - means).MoveToOuterDisposeScope();
    }

    /// <summary>A matrix [S, S] less the means of its rows and columns: H K H with H = I - 11'/S.</summary>
    public static Tensor Centred(Tensor gram)
    {
        using var scope = NewDisposeScope();
        return (gram - gram.mean([0], keepdim: true) - gram.mean([1], keepdim: true) + gram.mean()).MoveToOuterDisposeScope();
    }
}
