using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// The ranks of a data-parallel run, as one of them sees it. Every rank makes the same calls in the same order with tensors of the same
/// shape and type (float32, float64, int64 or uint8, contiguous); a call returns when this rank may use its result. Calls come from one
/// thread at a time, not always the same one.
/// </summary>
public interface IReducer : IDisposable
{
    /// <summary>What carries the messages, with its version.</summary>
    string Name { get; }

    /// <summary>This rank's number, from 0.</summary>
    int Rank { get; }

    /// <summary>How many ranks there are.</summary>
    int Size { get; }

    /// <summary>The machine this rank runs on.</summary>
    string Host { get; }

    /// <summary>Adds up over all ranks, in place, in an order that is the library's own.</summary>
    /// <param name="values">Any shape; on return the sum.</param>
    void Sum(Tensor values);

    /// <summary>Sends each rank its part and takes what each rank has for this one.</summary>
    /// <param name="parts">[ranks, ...]: part r goes to rank r.</param>
    /// <param name="received">[ranks, ...]: part r came from rank r.</param>
    void Exchange(Tensor parts, Tensor received);

    /// <summary>Gives all ranks what each has.</summary>
    /// <param name="own">Any shape [...].</param>
    /// <param name="all">[ranks, ...]: entry r is that of rank r.</param>
    void Gather(Tensor own, Tensor all);

    /// <summary>Gives all ranks what rank 0 has.</summary>
    /// <param name="values">Any shape; on return rank 0's.</param>
    void Broadcast(Tensor values);

    /// <summary>Waits until every rank has come here.</summary>
    void Barrier();

    /// <summary>Ends the processes of all ranks. May not return.</summary>
    /// <param name="exitCode">What the job ends with, 1 to 255.</param>
    void Abort(int exitCode);
}
