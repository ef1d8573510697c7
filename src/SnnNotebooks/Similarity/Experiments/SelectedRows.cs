using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Some rows of another matrix, which stays its owner's.</summary>
internal sealed class SelectedRows(ResponseMatrix inner, int[] rows) : ResponseMatrix(inner.Name, rows.Length, inner.Columns)
{
    private readonly Tensor index = tensor(Array.ConvertAll(rows, row => (long)row)).DetachFromDisposeScope();

    public override Tensor ReadColumns(long start, long count)
    {
        using var all = inner.ReadColumns(start, count);
        return all.index_select(0, index);
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            index.Dispose();
        }
    }
}
