using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Finds a few latent numbers behind the counts of many neurons. All methods share this face, so that one protocol compares them.
/// </summary>
public interface ILatentModel : IDisposable
{
    /// <summary>What to call it in tables.</summary>
    string Name { get; }

    /// <summary>Where it comes from, and what is simplified here.</summary>
    string Citation { get; }

    /// <summary>What it learns from beside the counts, in words.</summary>
    string Told => "nothing";

    /// <summary>
    /// Whether it also learns from numbers that are no counts and may be negative, such as dF/F; what it reconstructs of them may be, too.
    /// </summary>
    bool TakesTraces => false;

    /// <summary>Learns from trials, without labels.</summary>
    /// <param name="counts">[trials, T, N], float32: spikes of each bin, at least 0; or traces, where it takes them.</param>
    /// <exception cref="ArgumentException">The counts have another shape, or are negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">It must be told more: <see cref="ISupervisedLatentModel.Needs"/>.</exception>
    /// <exception cref="LatentTrainingException">A loss or gradient became infinite or NaN.</exception>
    void Fit(Tensor counts);

    /// <summary>The latent trajectories of trials.</summary>
    /// <param name="counts">[trials, T, N], float32, with the neurons it was fitted on; T may differ.</param>
    /// <returns>[trials, T, D], float32; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">It has not been fitted.</exception>
    Tensor Embed(Tensor counts);

    /// <summary>The expected counts the latent trajectories stand for.</summary>
    /// <param name="counts">As for <see cref="Embed"/>.</param>
    /// <returns>[trials, T, N], float32, at least 0 where counts were; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">It has not been fitted.</exception>
    Tensor Reconstruct(Tensor counts);
}
