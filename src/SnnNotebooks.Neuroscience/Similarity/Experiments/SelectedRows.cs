using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Some rows of another matrix, which stays its owner's.</summary>
internal sealed class SelectedRows(ResponseMatrix inner, int[] rows) : ResponseMatrix(inner.Name, rows.Length, inner.Columns)
{
    private readonly Tensor index = tensor(Array.ConvertAll(rows, row => (long)row)).DetachFromDisposeScope();

    protected internal override void ReadInto(Tensor target, long start)
    {
        using var all = inner.ReadColumns(start, target.shape[1]);
        using var selected = all.index_select(0, index);
        target.copy_(selected);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            index.Dispose();
        }
    }
}
