namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// How a <see cref="Trainer"/> shares its work among ranks, each a process with a copy of the network. The total batch of a step is the
/// recipe's <see cref="TrainingRecipe.BatchSize"/> times <see cref="TrainingRecipe.Passes"/>, however many ranks there are; each pass is a
/// micro-batch, whole on one rank, with draws and batch normalisation of its own. Gradients are weighted by the number of inputs.
/// </summary>
/// <param name="Reducer">The ranks; <see cref="SingleRank"/> for one process that is to end with the bits of many.</param>
public sealed record DataParallel(IReducer Reducer)
{
    /// <summary>
    /// Whether the run ends with the same bits for any number of ranks: the gradient of each micro-batch is kept apart until all are summed
    /// in their order. Otherwise (fast mode) each rank sums its own, and sums of ranks are added in the library's order. In both, running
    /// statistics move once a step, by the mean of the micro-batches'. Equal bits take processors of one kind and one number of threads.
    /// </summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>
    /// Whether batch normalisations take their statistics over all ranks, as one rank would over the whole batch. In fast mode only, with
    /// one micro-batch for each rank.
    /// </summary>
    public bool SynchronisedBatchNorm { get; init; }

    /// <summary>The mode in words, for reports.</summary>
    /// <param name="recipe">What is followed.</param>
    /// <returns>A sentence.</returns>
    public string Describe(TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var mode = Deterministic ? "deterministic mode (the same bits for any number of ranks)" : "fast mode";
        var statistics = SynchronisedBatchNorm ? ", batch normalisation synchronised" : string.Empty;
        return $"{Reducer.Size} {(Reducer.Size == 1 ? "rank" : "ranks")} by {Reducer.Name}, {mode}, total batch "
            + $"{(long)recipe.BatchSize * recipe.Passes} in {recipe.Passes} micro-batches of {recipe.BatchSize}{statistics}";
    }

    /// <summary>Refuses what cannot be shared.</summary>
    /// <exception cref="ArgumentException">There are more ranks than micro-batches, or statistics cannot be synchronised.</exception>
    internal void Check(TrainingRecipe recipe)
    {
        if (recipe.Passes < Reducer.Size)
        {
            throw new ArgumentException(
                $"The total batch of {(long)recipe.BatchSize * recipe.Passes} inputs is cut into {recipe.Passes} micro-batches, which "
                + $"{Reducer.Size} ranks cannot share: cut it into at least {Reducer.Size}, or take fewer ranks.");
        }

        if (SynchronisedBatchNorm && (Deterministic || recipe.Passes != Reducer.Size))
        {
            throw new ArgumentException(
                $"Batch normalisation is synchronised in fast mode only, and with one micro-batch for each rank; the mode is "
                + $"{(Deterministic ? "deterministic" : "fast")}, with {recipe.Passes} micro-batches for {Reducer.Size} ranks.");
        }
    }
}
