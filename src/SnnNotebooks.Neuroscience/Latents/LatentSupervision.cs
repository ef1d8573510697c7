namespace SnnNotebooks.Latents;

/// <summary>What a model must be told beside the counts.</summary>
public enum LatentSupervision
{
    /// <summary>Nothing, though it may use facts that it is given.</summary>
    None,

    /// <summary><see cref="TrialFacts.Factors"/>: at least one.</summary>
    Factors,

    /// <summary><see cref="TrialFacts.Targets"/>.</summary>
    Targets,
}
