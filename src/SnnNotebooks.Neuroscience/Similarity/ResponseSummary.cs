using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>What one pass over responses tells: whether a metric can score them, and their sums.</summary>
public sealed class ResponseSummary
{
    private readonly ResponseMatrix responses;
    private readonly bool[] constantRows;

    private ResponseSummary(ResponseMatrix responses, string? undefined, Tensor rowSums, bool[] constantRows) =>
        (this.responses, Undefined, RowSums, this.constantRows) = (responses, undefined, rowSums, constantRows);

    /// <summary>
    /// Why responses cannot be compared at all, or null where they can: a number that is not finite, or the same responses to every
    /// stimulus.
    /// </summary>
    public string? Undefined { get; }

    /// <summary>The sum over features of every stimulus [S, 1]; belongs to the scope in which the summary was made.</summary>
    public Tensor RowSums { get; }

    /// <summary>
    /// Why a correlation between rows is undefined, or null: a stimulus to which all features respond alike has no variance.
    /// </summary>
    public string? RowsUndefined => Array.IndexOf(constantRows, true) is var first and >= 0
        ? $"{responses.Name} is silent or constant over its features for {constantRows.Count(row => row)} of {constantRows.Length} "
            + $"stimuli (the first is row {first}): a correlation with it is 0 / 0"
        : null;

    /// <summary>Reads the responses once.</summary>
    internal static ResponseSummary Of(ResponseMatrix responses)
    {
        var sums = zeros(responses.Rows, 1, ScalarType.Float64);
        var (finite, same) = (true, true);
        Tensor? firstColumn = null;
        Tensor? constant = null; // until every row is known to vary
        responses.ForEachBlock(block =>
        {
            var blockSums = block.sum(1, keepdim: true);
            finite = finite && (blockSums.isfinite().all().item<bool>() || block.isfinite().all().item<bool>());
            sums.add_(blockSums);
            same = same && block.eq(block[0]).all().item<bool>();
            firstColumn ??= block.narrow(1, 0, 1).clone().MoveToOuterDisposeScope();
            if (constant is null || constant.any().item<bool>())
            {
                var alike = block.eq(firstColumn).all(1);
                constant = constant is null ? alike.MoveToOuterDisposeScope() : constant.logical_and_(alike);
            }
        });
        var undefined = !finite ? $"{responses.Name} holds numbers that are NaN or infinite"
            : same ? $"{responses.Name} does not vary: every stimulus gets the same responses (silent or constant)"
            : null;
        return new ResponseSummary(responses, undefined, sums, constant!.Numbers<bool>());
    }
}
