using SnnNotebooks.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// Sums gradients over all ranks in buckets of about 25 MB. In the last pass of a step a bucket leaves as soon as the gradients of its
/// parameters are complete, while the backward pass goes on with those of the layers before; buckets leave in one order on all ranks.
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly ReductionQueue queue;
    private readonly bool ordered;
    private readonly List<Bucket> buckets = [];
    private readonly List<GradientHook> hooks = [];
    private readonly int[] arrivals; // of each parameter's gradient in the pass listened to
    private int[]? expected; // as many as in the first such pass
    private IReadOnlyList<int> counts = [];
    private int next; // the first bucket that has not left
    private int row;
    private int arriving = -1;
    private bool listens;
    private bool isLate;

    /// <summary>Makes the buckets.</summary>
    /// <param name="parameters">The network's, in its order.</param>
    /// <param name="queue">Where sums are asked for.</param>
    /// <param name="share">How steps are shared.</param>
    /// <param name="ordered">Whether sums are taken in the order of the micro-batches.</param>
    /// <param name="bucketBytes">Size of a bucket; a larger parameter has one of its own.</param>
    public GradientExchange(
        IEnumerable<(string Name, Parameter Parameter)> parameters, ReductionQueue queue, MicroBatches share, bool ordered,
        long bucketBytes = 25 << 20)
    {
        (this.queue, this.ordered) = (queue, ordered);
        foreach (var (_, parameter) in parameters.Reverse()) // the backward pass meets the last layers first
        {
            if (buckets.Count == 0 || !buckets[^1].Takes(parameter, bucketBytes))
            {
                buckets.Add(new Bucket());
            }

            buckets[^1].Add(parameter);
        }

        Parameters = [.. buckets.SelectMany(bucket => bucket.Entries.Select(entry => entry.Parameter))];
        arrivals = new int[Parameters.Count];
        var number = 0;
        foreach (var bucket in buckets)
        {
            bucket.First = number;
            bucket.Sum = BucketSum.Create(ordered, bucket.Length, share.Ranks, share.Most, bucket.Entries[0].Parameter);
            foreach (var (parameter, _) in bucket.Entries)
            {
                var index = number++;
                if (GradientHook.IsThere && parameter.requires_grad)
                {
                    hooks.Add(new GradientHook(parameter, () => Arrive(index)));
                }
            }
        }
    }

    /// <summary>The parameters, in the order of the buckets.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Buckets that have left in the step under way.</summary>
    public int Left => next;

    /// <summary>Begins a step in which each rank has so many micro-batches.</summary>
    public void Begin(IReadOnlyList<int> microBatches) => (counts, next) = (microBatches, 0);

    /// <summary>Before a pass.</summary>
    /// <param name="pass">Its number among this rank's.</param>
    /// <param name="isLast">Whether it is this rank's last of the step.</param>
    public void Before(int pass, bool isLast)
    {
        row = ordered ? pass : 0;
        Array.Clear(arrivals);
        (listens, arriving, isLate) = (isLast, -1, false);
    }

    /// <summary>After a pass.</summary>
    /// <exception cref="InvalidOperationException">A gradient came after its bucket had left: the network's graph is another at each
    /// step.</exception>
    public void After(bool isLast)
    {
        if (isLast)
        {
            Complete();
            listens = false;
            expected ??= [.. arrivals];
            if (isLate)
            {
                throw new InvalidOperationException(
                    "A parameter had more gradients in this step than in the first one: a network that computes other things at each step "
                    + "cannot be trained on several ranks.");
            }

            SendUpTo(buckets.Count);
        }
        else if (ordered)
        {
            buckets.ForEach(Take);
        }
    }

    /// <summary>In place of passes, on a rank that has none in this step.</summary>
    public void Nothing()
    {
        foreach (var bucket in ordered ? [] : buckets)
        {
            bucket.Sum.Take(0, 0, null, bucket.Length);
        }

        buckets.ForEach(Post);
    }

    /// <summary>Waits for all sums and makes them the gradients.</summary>
    /// <param name="used">For each parameter whether any rank has a gradient of it.</param>
    public void Finish(Func<int, bool> used)
    {
        using var off = no_grad();
        foreach (var bucket in buckets)
        {
            queue.Wait(bucket.Sent!);
            using var scope = NewDisposeScope();
            for (var i = 0; i < bucket.Entries.Count; i++)
            {
                var (parameter, offset) = bucket.Entries[i];
                if (!used(bucket.First + i))
                {
                    continue;
                }

                var sum = bucket.Sum.Result.narrow(0, offset, parameter.numel()).view(parameter.shape);
                if (parameter.grad is { } gradient)
                {
                    gradient.copy_(sum);
                }
                else
                {
                    parameter.grad = sum.clone().DetachFromDisposeScope();
                }
            }
        }
    }

    public void Dispose()
    {
        hooks.ForEach(hook => hook.Dispose());
        buckets.ForEach(bucket => bucket.Sum.Dispose());
    }

    /// <summary>The gradient of a parameter is about to be added to it; that of the one before is there.</summary>
    private void Arrive(int parameter)
    {
        if (listens)
        {
            Complete();
            arriving = parameter;
        }
    }

    private void Complete()
    {
        if (arriving < 0)
        {
            return;
        }

        arrivals[arriving]++;
        arriving = -1;
        if (expected is null)
        {
            return;
        }

        for (var i = 0; i < Parameters.Count && !isLate; i++)
        {
            isLate = arrivals[i] > expected[i] && i < (next < buckets.Count ? buckets[next].First : Parameters.Count);
        }

        var complete = next;
        while (complete < buckets.Count && buckets[complete].IsComplete(arrivals, expected))
        {
            complete++;
        }

        SendUpTo(complete);
    }

    private void SendUpTo(int end)
    {
        for (; next < end; next++)
        {
            Take(buckets[next]);
            Post(buckets[next]);
        }
    }

    private void Take(Bucket bucket)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, offset) in bucket.Entries)
        {
            var gradient = parameter.grad;
            bucket.Sum.Take(row, offset, gradient?.reshape(-1), parameter.numel());
            if (ordered)
            {
                gradient?.zero_(); // the next micro-batch's is apart
            }
        }
    }

    private void Post(Bucket bucket)
    {
        var now = counts;
        bucket.Sent = queue.Post(reducer => bucket.Sum.Reduce(reducer, now));
    }

    private sealed class Bucket
    {
        public List<(Parameter Parameter, long Offset)> Entries { get; } = [];

        public long Length { get; private set; }

        public int First { get; set; }

        public BucketSum Sum { get; set; } = null!;

        public Task? Sent { get; set; }

        public bool Takes(Parameter parameter, long bytes) => Entries[0].Parameter is { } first && first.dtype == parameter.dtype
            && first.device_type == parameter.device_type && (Length + parameter.numel()) * parameter.element_size() <= bytes;

        public void Add(Parameter parameter)
        {
            Entries.Add((parameter, Length));
            Length += parameter.numel();
        }

        public bool IsComplete(int[] arrivals, int[] expected) =>
            arrivals.AsSpan(First, Entries.Count).SequenceEqual(expected.AsSpan(First, Entries.Count));
    }
}
