using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>A run of one rank: nothing is sent.</summary>
public sealed class SingleRank : IReducer
{
    /// <inheritdoc/>
    public string Name => "one process";

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public string Host => Environment.MachineName;

    /// <inheritdoc/>
    public void Sum(Tensor values)
    {
    }

    /// <inheritdoc/>
    public void Exchange(Tensor parts, Tensor received) => received.copy_(parts);

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all) => all.copy_(own);

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
    }

    /// <inheritdoc/>
    public void Barrier()
    {
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => Environment.Exit(exitCode);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
