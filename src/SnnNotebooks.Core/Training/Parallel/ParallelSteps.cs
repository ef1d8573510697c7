using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>This rank's part in the steps of a run.</summary>
internal sealed class ParallelSteps : IDisposable
{
    private const int PassNumbers = 3; // loss, correct, seen

    private readonly DataParallel plan;
    private readonly nn.Module network;
    private readonly MicroBatches share;
    private readonly ReductionQueue queue;
    private readonly Func<(Tensor Inputs, Tensor Labels)> anyBatch;
    private GradientExchange? gradients;
    private RunningBuffers? buffers;
    private SynchronisedStatistics? statistics;

    /// <summary>Joins a run.</summary>
    /// <param name="plan">How it is shared.</param>
    /// <param name="network">This rank's copy.</param>
    /// <param name="recipe">What is followed.</param>
    /// <param name="learned">The inputs, prepared.</param>
    public ParallelSteps(DataParallel plan, nn.Module network, TrainingRecipe recipe, TrainingSet learned)
    {
        plan.Check(recipe);
        (this.plan, this.network) = (plan, network);
        anyBatch = () => learned.Batches(recipe.BatchSize, null, batch => batch == 0).On(ComputeDevice.Of(network)).First();
        share = new MicroBatches(learned.Count, recipe.BatchSize, recipe.Passes, plan.Reducer.Size);
        queue = new ReductionQueue(plan.Reducer);
    }

    /// <summary>One pass over a micro-batch: its inputs and labels, its number in the step, and what its mean loss is divided by.</summary>
    public delegate PassResult Pass(Tensor inputs, Tensor labels, int microBatch, double divisor);

    /// <summary>How long this rank stood still for the others and the network so far.</summary>
    public TimeSpan Waited => queue.Waited;

    /// <summary>Whether a rank was asked to stop; all ranks know it after the same step.</summary>
    public bool Stops { get; private set; }

    /// <summary>This rank's number.</summary>
    public int Rank => plan.Reducer.Rank;

    /// <summary>Whether a batch of the epoch is this rank's.</summary>
    public bool Learns(int batch) => share.IsOf(Rank, batch);

    /// <summary>How many micro-batches this rank has in a step.</summary>
    public int Count(int step) => share.Count(Rank, step);

    /// <summary>Gives all ranks rank 0's text.</summary>
    public byte[] Agree(byte[] text)
    {
        using var scope = NewDisposeScope();
        var length = tensor(new long[] { text.Length });
        queue.Do(reducer => reducer.Broadcast(length));
        var content = Rank == 0 ? tensor(text) : zeros(length.item<long>(), dtype: ScalarType.Byte);
        queue.Do(reducer => reducer.Broadcast(content));
        return content.Numbers<byte>();
    }

    /// <summary>Whether something holds on any rank.</summary>
    public bool Any(bool holds)
    {
        using var count = tensor(new long[] { holds ? 1 : 0 });
        queue.Do(reducer => reducer.Sum(count));
        return count.item<long>() > 0;
    }

    /// <summary>Makes what rank 0 begins with that of all ranks.</summary>
    /// <param name="tensors">The same on all ranks but for their values.</param>
    public void Begin(IEnumerable<Tensor> tensors)
    {
        using var off = no_grad();
        foreach (var value in tensors)
        {
            using var inner = NewDisposeScope();
            var whole = value.contiguous();
            queue.Do(reducer => reducer.Broadcast(whole));
            value.copy_(whole);
        }

        gradients = new GradientExchange(network.named_parameters(), queue, share, plan.Deterministic);
        buffers = new RunningBuffers(network, share, plan.Deterministic);
        statistics = plan.SynchronisedBatchNorm ? new SynchronisedStatistics(network, queue) : null;
    }

    /// <summary>Passes over this rank's micro-batches; then gradients and buffers are those of all ranks.</summary>
    /// <param name="step">Number of the step in its epoch.</param>
    /// <param name="batches">This rank's.</param>
    /// <param name="stop">Whether this rank is asked to stop.</param>
    /// <param name="pass">What a pass is.</param>
    /// <returns>The passes of all ranks, in the order of the micro-batches.</returns>
    public IReadOnlyList<PassResult> Learn(
        int step, IReadOnlyList<(Tensor Inputs, Tensor Labels)> batches, bool stop, Pass pass)
    {
        int[] counts = [.. Enumerable.Range(0, share.Ranks).Select(rank => share.Count(rank, step))];
        double inputs = share.InputsOf(step);
        var own = new List<PassResult>();
        gradients!.Begin(counts);
        for (var i = 0; i < batches.Count; i++)
        {
            var (given, labels) = batches[i];
            var isLast = i == batches.Count - 1;
            if (i > 0)
            {
                buffers!.Restore();
            }

            gradients.Before(i, isLast);
            own.Add(pass(given, labels, share.First(Rank) + i, inputs / labels.shape[0]));
            gradients.After(isLast);
            buffers!.Take(i, labels.shape[0] / inputs);
        }

        if (batches.Count == 0)
        {
            Nothing(pass);
        }

        var moved = buffers!.Post(queue, counts);
        var (results, used) = Results(own, counts, stop);
        gradients.Finish(used);
        if (moved is not null)
        {
            queue.Wait(moved);
            buffers.Finish();
        }

        return results;
    }

    /// <summary>Tests on all ranks, each on every so-manyth batch.</summary>
    public ConfusionMatrix Test(nn.Module<Tensor, Tensor> tested, TrainingSet test)
    {
        var own = Evaluator.Confusion(tested, test, Evaluator.BatchSize, batch => batch % share.Ranks == Rank);
        using var scope = NewDisposeScope();
        var counts = tensor(own.ToArray().Cast<long>().ToArray());
        queue.Do(reducer => reducer.Sum(counts));
        return new ConfusionMatrix(test.ClassNames, counts.Numbers<long>());
    }

    /// <summary>Waits until every rank has come here.</summary>
    public void Meet() => queue.Do(reducer => reducer.Barrier());

    public void Dispose()
    {
        statistics?.Dispose();
        queue.Dispose();
        gradients?.Dispose();
        buffers?.Dispose();
    }

    /// <summary>
    /// A step without inputs for this rank. Where statistics are synchronised the others wait for its part in them: it goes along with some
    /// inputs that count for nothing.
    /// </summary>
    private void Nothing(Pass pass)
    {
        if (statistics is null)
        {
            gradients!.Nothing();
        }
        else
        {
            var (inputs, labels) = anyBatch();
            using (inputs)
            using (labels)
            {
                statistics.IsCounted = false;
                gradients!.Before(0, isLast: true);
                pass(inputs, labels, share.First(Rank), double.PositiveInfinity);
                gradients.After(isLast: true);
                statistics.IsCounted = true;
            }
        }

        buffers!.Take(0, 0);
    }

    /// <summary>What all passes came to, and which parameters have gradients.</summary>
    private (List<PassResult> Results, Func<int, bool> Used) Results(List<PassResult> own, int[] counts, bool stop)
    {
        using var scope = NewDisposeScope();
        var parameters = gradients!.Parameters;
        var passes = 1 + (PassNumbers * share.Most);
        var row = new double[passes + parameters.Count];
        row[0] = stop ? 1 : 0;
        for (var i = 0; i < own.Count; i++)
        {
            (row[1 + (PassNumbers * i)], row[2 + (PassNumbers * i)], row[3 + (PassNumbers * i)]) =
                (own[i].Loss, own[i].Correct, own[i].Seen);
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            row[passes + i] = parameters[i].grad is null ? 0 : 1;
        }

        var all = zeros([share.Ranks, row.Length], dtype: ScalarType.Float64);
        var mine = tensor(row);
        queue.Do(reducer => reducer.Gather(mine, all));
        var numbers = all.Numbers<double>();
        var results = new List<PassResult>();
        for (var rank = 0; rank < share.Ranks; rank++)
        {
            var start = rank * row.Length;
            Stops |= numbers[start] > 0;
            for (var i = 0; i < counts[rank]; i++)
            {
                var at = start + 1 + (PassNumbers * i);
                results.Add(new PassResult(numbers[at], (long)numbers[at + 1], (long)numbers[at + 2]));
            }
        }

        return (results, i => Enumerable.Range(0, share.Ranks).Any(rank => numbers[(rank * row.Length) + passes + i] > 0));
    }
}
