using SnnNotebooks.Training;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class ParallelRunTests
{
    private static readonly TrainingRecipe Recipe = TrainingRecipes.Plain with { BatchSize = 2, Devices = 2, Epochs = 1 };

    [Fact]
    public void A_rank_that_was_started_for_another_run_says_what_differs()
    {
        var said = new ThreadRanks(2).Run(reducer =>
        {
            using var network = nn.Linear(3, 2);
            using var ranks = new ParallelSteps(new DataParallel(reducer), network, Recipe, Nothing(8));
            using var run = new TrainingRun(network, Recipe, seed: 5 + reducer.Rank, 8, ranks);
            try
            {
                run.Begin();
                return string.Empty;
            }
            catch (InvalidOperationException refused)
            {
                return refused.Message;
            }
        });

        Assert.Contains("Another rank", said[0], StringComparison.Ordinal);
        Assert.Contains("Rank 1 has other values than rank 0 of: seed", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public void More_ranks_than_micro_batches_and_statistics_that_cannot_be_shared_are_refused()
    {
        using var network = nn.Linear(3, 2);
        var alone = new SingleRank();

        Assert.Throws<ArgumentException>(
            () => new ParallelSteps(new DataParallel(alone) { SynchronisedBatchNorm = true }, network, Recipe, Nothing(8)));
        Assert.Throws<ArgumentException>(() => new ParallelSteps(
            new DataParallel(alone) { SynchronisedBatchNorm = true, Deterministic = false }, network, Recipe, Nothing(8)));
    }

    private static TrainingSet Nothing(int count) => new(count, ["a", "b"], (size, seed) => []);
}
