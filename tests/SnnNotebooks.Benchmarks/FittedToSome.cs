using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// A model whose cost grows too fast with the recording: it is fitted to every k-th trial, with the least k that leaves at most a given
/// number of bins, and places the others.
/// </summary>
/// <param name="model">It is disposed with this.</param>
/// <param name="mostBins">Bins that are fitted at most.</param>
internal sealed class FittedToSome(ILatentModel model, long mostBins) : ILatentModel
{
    private long every = 1;

    public string Name => every == 1 ? model.Name : $"{model.Name}, fitted to one trial in {every}";

    public string Citation => model.Citation;

    public void Fit(Tensor counts)
    {
        every = ((counts.shape[0] * counts.shape[1]) + mostBins - 1) / mostBins;
        using var trials = arange(0, counts.shape[0], every, dtype: int64);
        using var some = counts.index_select(0, trials);
        model.Fit(some);
    }

    public Tensor Embed(Tensor counts) => model.Embed(counts);

    public Tensor Reconstruct(Tensor counts) => model.Reconstruct(counts);

    public void Dispose() => model.Dispose();
}
