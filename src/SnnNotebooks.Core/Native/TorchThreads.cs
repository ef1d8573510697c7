using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Work in shares, on the threads that libtorch's own operations run on. GNU's OpenMP, which libtorch has on Linux, keeps its threads awake
/// for some milliseconds after each operation: another pool's threads would have to be woken for each layer, and share the processors with
/// them. Elsewhere .NET's pool does it.
/// </summary>
internal static unsafe class TorchThreads
{
    private static readonly Lazy<Team?> OpenMp = new(Find);

    /// <summary>Does all shares; what one throws is thrown when all others have ended.</summary>
    /// <param name="shares">How many, at most one for each thread that is wanted.</param>
    /// <param name="body">Does the share of a number, on any thread.</param>
    public static void Run(int shares, Action<int> body)
    {
        if (shares <= 1)
        {
            for (var share = 0; share < shares; share++)
            {
                body(share);
            }
        }
        else if (OpenMp.Value is { } team)
        {
            new Work(team, shares, body).Run();
        }
        else
        {
            Parallel.For(0, shares, new ParallelOptions { MaxDegreeOfParallelism = shares }, body);
        }
    }

    /// <summary>The functions of the OpenMP that libtorch was linked with; null where it is another.</summary>
    private static Team? Find() =>
        LibTorch.Library is { } libtorch
        && NativeLibrary.TryGetExport(libtorch, "GOMP_parallel", out var parallel)
        && NativeLibrary.TryGetExport(libtorch, "omp_get_thread_num", out var number)
        && NativeLibrary.TryGetExport(libtorch, "omp_get_num_threads", out var count)
            ? new Team(
                (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)parallel,
                (delegate* unmanaged[Cdecl]<int>)number,
                (delegate* unmanaged[Cdecl]<int>)count)
            : null;

    /// <summary>What each thread of the team runs; exceptions must not cross native frames.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Share(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).RunShares();

    private sealed class Team(
        delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> parallel,
        delegate* unmanaged[Cdecl]<int> number,
        delegate* unmanaged[Cdecl]<int> count)
    {
        /// <summary>Which of the team the calling thread is.</summary>
        public int Number => number();

        /// <summary>How many there are: fewer than were wanted where the calling thread is one of a team already.</summary>
        public int Count => count();

        public void Run(Work work, int threads)
        {
            var handle = GCHandle.Alloc(work);
            parallel(&Share, GCHandle.ToIntPtr(handle), (uint)threads, 0);
            handle.Free();
        }
    }

    private sealed class Work(Team team, int shares, Action<int> body)
    {
        private ExceptionDispatchInfo? thrown;

        public void Run()
        {
            team.Run(this, shares);
            thrown?.Throw();
        }

        public void RunShares()
        {
            try
            {
                for (var share = team.Number; share < shares; share += team.Count)
                {
                    body(share);
                }
            }
            catch (Exception failure)
            {
                thrown = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
