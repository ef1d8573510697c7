namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// Which batches of an epoch, and so which of its inputs, are learned from in which step and by which rank. The inputs of an epoch, in its
/// order, are cut into batches of one size, the last one smaller; a step takes as many of them as it has micro-batches, and each rank takes
/// neighbours among these, whole ones. Neither batches nor steps depend on the number of ranks.
/// </summary>
/// <param name="Inputs">Inputs of an epoch.</param>
/// <param name="BatchSize">Inputs of a micro-batch.</param>
/// <param name="PerStep">Micro-batches of a step.</param>
/// <param name="Ranks">Ranks, at most as many as micro-batches.</param>
internal sealed record MicroBatches(int Inputs, int BatchSize, int PerStep, int Ranks)
{
    /// <summary>Batches of an epoch.</summary>
    public int All => (int)((Inputs + (long)BatchSize - 1) / BatchSize);

    /// <summary>Steps of an epoch.</summary>
    public int Steps => (int)((All + (long)PerStep - 1) / PerStep);

    /// <summary>Micro-batches of the rank that has most.</summary>
    public int Most => (PerStep + Ranks - 1) / Ranks;

    /// <summary>A rank's first micro-batch of every step.</summary>
    public int First(int rank) => (int)((long)rank * PerStep / Ranks);

    /// <summary>Whether a batch of the epoch is a rank's.</summary>
    public bool IsOf(int rank, int batch) => batch % PerStep >= First(rank) && batch % PerStep < First(rank + 1);

    /// <summary>How many micro-batches a rank has in a step; in an epoch's last step some ranks may have fewer, or none.</summary>
    public int Count(int rank, int step) => Math.Clamp(All - (step * PerStep), First(rank), First(rank + 1)) - First(rank);

    /// <summary>Inputs that a step learns from.</summary>
    public long InputsOf(int step) => Math.Min((long)BatchSize * PerStep, Inputs - ((long)step * BatchSize * PerStep));
}
