using SnnNotebooks.Training.Parallel;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

/// <summary>Ranks that are threads of one process: what sums are is seen without a launcher.</summary>
internal sealed class ThreadRanks(int size)
{
    /// <summary>Runs each rank's work; gives what each returned.</summary>
    public T[] Run<T>(Func<IReducer, T> work)
    {
        var (results, given) = (new T[size], new Tensor[size]);
        using var barrier = new Barrier(size);
        var threads = Enumerable.Range(0, size)
            .Select(rank => new Thread(() => results[rank] = work(new One(given, barrier, rank)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return results;
    }

    private sealed class One(Tensor[] all, Barrier barrier, int rank) : IReducer
    {
        public string Name => "threads";

        public int Rank => rank;

        public int Size => all.Length;

        public string Host => "here";

        public void Sum(Tensor values) => Share(values.clone(), given =>
        {
            values.zero_();
            foreach (var one in given)
            {
                values.add_(one);
            }
        });

        public void Exchange(Tensor parts, Tensor received) => Share(parts, given =>
        {
            for (var i = 0; i < Size; i++)
            {
                received[i].copy_(given[i][rank]);
            }
        });

        public void Gather(Tensor own, Tensor gathered) => Share(own, given =>
        {
            for (var i = 0; i < Size; i++)
            {
                gathered[i].copy_(given[i].view(gathered[i].shape));
            }
        });

        public void Broadcast(Tensor values) => Share(values.clone(), given => values.copy_(given[0]));

        public void Barrier() => barrier.SignalAndWait();

        public void Abort(int exitCode) => throw new InvalidOperationException($"aborted with {exitCode}");

        public void Dispose()
        {
        }

        private void Share(Tensor own, Action<Tensor[]> take)
        {
            all[rank] = own;
            Barrier();
            take(all);
            Barrier();
        }
    }
}
