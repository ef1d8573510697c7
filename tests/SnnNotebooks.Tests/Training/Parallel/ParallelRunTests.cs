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

    [Fact]
    public void Waiting_for_ranks_that_start_late_is_no_share_of_the_training()
    {
        using var network = nn.Linear(3, 2);
        using var reducer = new LateRank();
        var data = new TrainingSet(8, ["a", "b"],
            (size, _) => Enumerable.Range(0, 8).Chunk(size).Select(part => (rand(part.Length, 3), zeros(part.Length, ScalarType.Int64))));
        var shares = new Shares();

        new Trainer(Recipe) { Parallel = new DataParallel(reducer) }.Fit(network, data, data, shares);

        Assert.NotEmpty(shares.Told);
        Assert.All(shares.Told, share => Assert.InRange(share, 0, 1));
    }

    private static TrainingSet Nothing(int count) => new(count, ["a", "b"], (size, seed) => []);

    private sealed class Shares : IProgress<TrainingProgress>
    {
        public List<double> Told { get; } = [];

        public void Report(TrainingProgress value) => Told.Add(value.Waiting);
    }

    /// <summary>A rank whose first message takes longer than all of a small training.</summary>
    private sealed class LateRank : IReducer
    {
        private readonly SingleRank alone = new();
        private bool isThere;

        public string Name => alone.Name;

        public int Rank => alone.Rank;

        public int Size => alone.Size;

        public string Host => alone.Host;

        public void Sum(Tensor values) => alone.Sum(values);

        public void Exchange(Tensor parts, Tensor received) => alone.Exchange(parts, received);

        public void Gather(Tensor own, Tensor all) => alone.Gather(own, all);

        public void Broadcast(Tensor values)
        {
            if (!isThere)
            {
                Thread.Sleep(1000);
                isThere = true;
            }
        }

        public void Barrier() => alone.Barrier();

        public void Abort(int exitCode) => alone.Abort(exitCode);

        public void Dispose() => alone.Dispose();
    }
}
