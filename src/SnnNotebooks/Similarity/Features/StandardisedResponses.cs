using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Features;

/// <summary>Responses less one mean, divided by one deviation, both over the whole matrix.</summary>
internal sealed class StandardisedResponses(ResponseMatrix inner, double mean, double deviation) : ResponseMatrix(inner.Name, inner.Rows, inner.Columns)
{
    public override Tensor ReadColumns(long start, long count) => inner.ReadColumns(start, count).sub_(mean).div_(deviation);

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
