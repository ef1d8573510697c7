using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Features;

/// <summary>Responses less one mean, divided by one deviation, both over the whole matrix.</summary>
internal sealed class StandardisedResponses(ResponseMatrix inner, double mean, double deviation)
    : ResponseMatrix(inner.Name, inner.Rows, inner.Columns)
{
    protected internal override void ReadInto(Tensor target, long start)
    {
        inner.ReadInto(target, start);
        target.sub_(mean).div_(deviation);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
