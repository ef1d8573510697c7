using System.Threading.Channels;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>A sample that is ready but for its place in a batch.</summary>
/// <param name="Shape">Its axes.</param>
/// <param name="Fill">Writes its values, the last axis fastest.</param>
internal sealed record ReadySample(IReadOnlyList<long> Shape, Action<Span<float>> Fill);

/// <summary>Makes batches on several threads, some of them ahead of what is asked for; what they hold depends on the order alone.</summary>
/// <param name="batchSize">Samples of a batch, at least 1.</param>
/// <param name="threads">Threads, at least 1.</param>
/// <param name="ahead">Batches that are ready before they are asked for, at least 1.</param>
internal sealed class BatchPipeline(int batchSize, int threads, int ahead = 2)
{
    /// <summary>The batches of an epoch.</summary>
    /// <param name="order">What <paramref name="prepare"/> is given, sample after sample.</param>
    /// <param name="prepare">Makes a sample, null where it is left out; called from several threads at once.</param>
    /// <param name="label">Its label.</param>
    /// <param name="wanted">Whether the batch of a number, from 0, is made at all.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Values, float32 [B, ...], and labels, int64 [B]; the caller disposes each pair.</returns>
    /// <exception cref="ArgumentException">Samples come out in different sizes.</exception>
    public IEnumerable<(Tensor Values, Tensor Labels)> Run(
        int[] order, Func<int, ReadySample?> prepare, Func<int, long> label, Func<int, bool> wanted,
        CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var chosen = order.Chunk(batchSize).Where((_, number) => wanted(number));
        var ready = Channel.CreateBounded<Batch>(ahead);
        var work = Task.Run(() => PrepareAsync(chosen, prepare, label, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (Next(ready.Reader) is { } batch)
            {
                yield return (Of(batch), tensor(batch.Labels));
            }

            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            stop.Cancel();
            work.Wait(CancellationToken.None); // it never throws: failures travel through the channel
        }
    }

    /// <summary>The values as a tensor in their own memory, which nothing else knows.</summary>
    private static Tensor Of(Batch batch)
    {
        using var values = from_array(batch.Values);
        return values.view([batch.Labels.Length, .. batch.Shape]);
    }

    private static Batch? Next(ChannelReader<Batch> reader)
    {
        var waiting = reader.WaitToReadAsync().AsTask();
        return waiting.GetAwaiter().GetResult() && reader.TryRead(out var batch) ? batch : null;
    }

    private async Task PrepareAsync(
        IEnumerable<int[]> batches, Func<int, ReadySample?> prepare, Func<int, long> label, ChannelWriter<Batch> ready,
        CancellationToken cancellation)
    {
        try
        {
            foreach (var places in batches)
            {
                await ready.WriteAsync(Prepare(places, prepare, label, cancellation), cancellation).ConfigureAwait(false);
            }

            ready.Complete();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            ready.Complete();
        }
        catch (AggregateException failures)
        {
            ready.Complete(failures.InnerExceptions[0]);
        }
        catch (Exception failure)
        {
            ready.Complete(failure); // rethrown where the batches are taken
        }
    }

    private Batch Prepare(int[] places, Func<int, ReadySample?> prepare, Func<int, long> label, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var samples = new ReadySample?[places.Length];
        Parallel.For(0, places.Length, options, at => samples[at] = prepare(places[at]));
        var kept = Enumerable.Range(0, places.Length).Where(at => samples[at] is not null).ToArray();
        if (kept.Length == 0)
        {
            throw new DatasetException($"None of the {places.Length} inputs of a batch can be read: too much of the data set is damaged.");
        }

        var shape = samples[kept[0]]!.Shape;
        if (kept.FirstOrDefault(at => !samples[at]!.Shape.SequenceEqual(shape), -1) is >= 0 and var odd)
        {
            throw new ArgumentException(
                $"Inputs come out in different sizes, [{string.Join(", ", shape)}] and [{string.Join(", ", samples[odd]!.Shape)}]; end "
                + "the transforms with a crop.");
        }

        var size = checked((int)shape.Aggregate(1L, (product, axis) => product * axis));
        var values = GC.AllocateUninitializedArray<float>(checked(size * kept.Length));
        Parallel.For(0, kept.Length, options, at => samples[kept[at]]!.Fill(values.AsSpan(at * size, size)));
        return new Batch(values, shape, Array.ConvertAll(kept, at => label(places[at])));
    }

    private sealed record Batch(float[] Values, IReadOnlyList<long> Shape, long[] Labels);
}
