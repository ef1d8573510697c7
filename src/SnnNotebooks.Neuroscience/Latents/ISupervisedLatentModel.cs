using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>A latent model that learns from more than counts. Once fitted it embeds trials of which nothing is known.</summary>
public interface ISupervisedLatentModel : ILatentModel
{
    /// <summary>What it must be told.</summary>
    LatentSupervision Needs { get; }

    /// <summary>Learns from trials and what is known of them.</summary>
    /// <param name="counts">[trials, T, N], float32: spikes of each bin, at least 0; or traces, where it takes them.</param>
    /// <param name="facts">Of these trials. What does not concern the model is ignored.</param>
    /// <exception cref="ArgumentException">The counts are not as they must be, facts are missing or of another number of trials, or the
    /// trials are too few for them; the message says what to do.</exception>
    void Fit(Tensor counts, TrialFacts facts);
}
