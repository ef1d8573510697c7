using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>
    /// Reads the responses once: block by block until every stimulus is known to vary and one to differ from the first, which most often
    /// the first block shows; of the rest only the sums are needed.
    /// </summary>
    internal static unsafe ResponseSummary Of(ResponseMatrix responses)
    {
        var sums = new double[responses.Rows];
        var same = true;
        var constant = new bool[responses.Rows];
        Array.Fill(constant, true);
        double[]? firstColumn = null;
        var rest = responses.ForEachBlock(
            block =>
            {
                using var first = block[0]; // all bytes together may be too many for a span
                var (values, width) = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes)), (int)block.shape[1]);
                Span<double> Row(int row) => new((double*)values + ((long)row * width), width);
                firstColumn ??= block.narrow(1, 0, 1).Numbers<double>();
                var part = block.sum(1).Numbers<double>();
                for (var row = 0; row < sums.Length; row++)
                {
                    sums[row] += part[row];
                    constant[row] = constant[row] && !Row(row).ContainsAnyExcept(firstColumn[row]);
                    same = same && Row(row).SequenceEqual(Row(0));
                }

                return same || constant.Contains(true);
            },
            0);
        responses.AddRowSums(sums, rest);
        var undefined = !sums.All(double.IsFinite) && !IsFinite(responses) ? $"{responses.Name} holds numbers that are NaN or infinite"
            : same ? $"{responses.Name} does not vary: every stimulus gets the same responses (silent or constant)"
            : null;
        return new ResponseSummary(responses, undefined, tensor(sums, [responses.Rows, 1]), constant);
    }

    private static bool IsFinite(ResponseMatrix responses)
    {
        var finite = true;
        responses.ForEachBlock(block => finite = block.isfinite().all().item<bool>(), 0);
        return finite;
    }
}
