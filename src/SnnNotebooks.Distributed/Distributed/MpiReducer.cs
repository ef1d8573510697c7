using SnnNotebooks.Training.Parallel;
using static TorchSharp.torch;

namespace SnnNotebooks.Distributed;

/// <summary>
/// The processes that <c>mpirun</c> or <c>srun</c> started, through the MPI library of the machine: Open MPI, or MPICH and its kin. Tensors
/// of other devices travel by way of the host's memory, but for sums and broadcasts on GPUs that <see cref="JoinGpus"/> has joined.
/// </summary>
public sealed unsafe class MpiReducer : IReducer
{
    /// <summary>The variable by which <c>snn launch</c> tells a process that it is a rank, whatever starts it.</summary>
    public const string LaunchVariable = "SNN_MPI_RANK";

    private readonly MpiLibrary library;
    private NcclLink? gpus;
    private bool isOver;

    /// <summary>Joins the run. A process can do this once.</summary>
    /// <exception cref="DistributedException">There is no MPI library, it cannot begin, or it is not that of the launcher.</exception>
    public MpiReducer()
    {
        library = new MpiLibrary();
        library.Begin();
        (Rank, Size, Name) = (library.Rank(), library.Size(), library.Version());
        if (RankVariables.Size is { } started && started != Size)
        {
            throw new DistributedException(
                $"This process was started as one of {started} ranks, but {Name} sees {Size}: it is not the library of the launcher. Put "
                + "the launcher's first on the loader's path, or start the ranks with the mpirun of this one (srun: --mpi=pmix).");
        }
    }

    /// <summary>
    /// Whether this process was started as a rank, by the variables that Open MPI, MPICH's hydra and <c>snn launch</c> set.
    /// </summary>
    public static bool IsLaunched => RankVariables.IsLaunched;

    /// <summary>This process's number among the ranks of its machine, from 0, as the launcher says.</summary>
    public static int LocalRank => RankVariables.Local;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public string Host => Environment.MachineName;

    /// <summary>
    /// From now on sums and broadcasts of tensors on GPUs go by NVIDIA's NCCL, where each rank computes on a GPU of its own and finds the
    /// library; else nothing changes. All ranks call it, once. NCCL's order of additions depends on the number of ranks; exchanges and
    /// gathers, of which the deterministic mode is made, do not use it.
    /// </summary>
    /// <param name="device">Where this rank computes.</param>
    /// <returns>How gradients travel, and why, for reports.</returns>
    /// <exception cref="DistributedException">NCCL is there and failed; the message names rank, host and cause.</exception>
    public string JoinGpus(Device device)
    {
        (gpus, var words) = NcclLink.Join(this, device, NcclLink.Here);
        return words;
    }

    /// <inheritdoc/>
    public void Sum(Tensor values)
    {
        if (IsOnGpus(values))
        {
            gpus!.Sum(values);
            return;
        }

        OnHost(values, memory =>
        {
            fixed (byte* first = memory.bytes)
            {
                library.Sum(first, Count(memory), Type(memory));
            }
        });
    }

    /// <inheritdoc/>
    public void Exchange(Tensor parts, Tensor received)
    {
        using var scope = NewDisposeScope();
        var sent = parts.cpu().contiguous();
        OnHost(received, memory =>
        {
            fixed (byte* first = sent.bytes, target = memory.bytes)
            {
                library.Exchange(first, target, Count(memory) / Size, Type(memory));
            }
        });
    }

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all)
    {
        using var scope = NewDisposeScope();
        var sent = own.cpu().contiguous();
        OnHost(all, memory =>
        {
            fixed (byte* first = sent.bytes, target = memory.bytes)
            {
                library.Gather(first, target, Count(sent), Type(memory));
            }
        });
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        if (IsOnGpus(values))
        {
            gpus!.Broadcast(values);
            return;
        }

        OnHost(values, memory =>
        {
            fixed (byte* first = memory.bytes)
            {
                library.Broadcast(first, Count(memory), Type(memory));
            }
        });
    }

    /// <inheritdoc/>
    public void Barrier() => library.Barrier();

    /// <inheritdoc/>
    public void Abort(int exitCode)
    {
        gpus?.Abort();
        library.Abort(exitCode);
    }

    /// <summary>Leaves the run; waits for the other ranks to do so.</summary>
    public void Dispose()
    {
        if (!isOver)
        {
            isOver = true;
            gpus?.Dispose();
            library.End();
        }
    }

    private bool IsOnGpus(Tensor values) => gpus is not null && values.device_type == TorchSharp.DeviceType.CUDA;

    private static int Count(Tensor memory) => checked((int)memory.numel());

    private nint Type(Tensor memory) => memory.dtype switch
    {
        ScalarType.Float32 => library.Handles.Float,
        ScalarType.Float64 => library.Handles.Double,
        ScalarType.Int64 => library.Handles.Int64,
        ScalarType.Byte => library.Handles.Byte,
        _ => throw new ArgumentException($"Ranks exchange float32, float64, int64 and uint8; the tensor is {memory.dtype}."),
    };

    /// <summary>Gives the memory of a tensor on the host to a call that changes it.</summary>
    private static void OnHost(Tensor values, Action<Tensor> call)
    {
        if (!values.is_contiguous())
        {
            throw new ArgumentException("Ranks exchange contiguous tensors; this one is a view with gaps: call contiguous() first.");
        }

        if (values.device_type == TorchSharp.DeviceType.CPU)
        {
            call(values);
            return;
        }

        using var scope = NewDisposeScope();
        var memory = values.cpu();
        call(memory);
        values.copy_(memory);
    }
}
