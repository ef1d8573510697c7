using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Inner products of stimuli, summed over blocks of columns. The caller disposes the results.</summary>
internal static class RowGram
{
    private const long PanelRows = 64; // fewer make the products slow
    private const long MostPanels = 8;

    /// <summary>X X' [S, S], after <paramref name="change"/> changed each block in place.</summary>
    public static Tensor Of(ResponseMatrix responses, Action<Tensor>? change = null)
    {
        using var scope = NewDisposeScope();
        var gram = FreshMatrix.Of(responses.Rows, responses.Rows).zero_();
        var panels = Panels(responses.Rows);
        responses.ForEachBlock(block =>
        {
            change?.Invoke(block);
            foreach (var (start, count) in panels)
            {
                // what lies above the diagonal is copied at the end: nearly half of the work
                var columns = start + count;
                gram.narrow(0, start, count).narrow(1, 0, columns).addmm_(block.narrow(0, start, count), block.narrow(0, 0, columns).t());
            }
        });
        foreach (var (start, count) in panels.Skip(1))
        {
            gram.narrow(0, 0, start).narrow(1, start, count).copy_(gram.narrow(0, start, count).narrow(1, 0, start).t());
        }

        return gram.MoveToOuterDisposeScope();
    }

    /// <summary>X X' of responses less each feature's mean over the stimuli.</summary>
    public static Tensor OfCentredColumns(ResponseMatrix responses) => Of(responses, block => block.sub_(block.mean([0], keepdim: true)));

    /// <summary>X X' of responses less each stimulus' mean over the features.</summary>
    public static Tensor OfCentredRows(ResponseMatrix responses, ResponseSummary summary)
    {
        using var scope = NewDisposeScope();
        var means = summary.RowSums / responses.Columns;
        return Of(responses, block => block.sub_(means)).MoveToOuterDisposeScope();
    }

    /// <summary>A matrix [S, S] less the means of its rows and columns: H K H with H = I - 11'/S.</summary>
    public static Tensor Centred(Tensor gram)
    {
        using var scope = NewDisposeScope();
        return (gram - gram.mean([0], keepdim: true) - gram.mean([1], keepdim: true) + gram.mean()).MoveToOuterDisposeScope();
    }

    private static List<(long Start, long Count)> Panels(long rows)
    {
        var panels = Math.Clamp(rows / PanelRows, 1, MostPanels);
        var bounds = Enumerable.Range(0, (int)panels + 1).Select(i => i * rows / panels).ToList();
        return [.. bounds.Zip(bounds.Skip(1), (start, end) => (start, end - start))];
    }
}
