using System.Text;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Distributed;

/// <summary>
/// The ranks' GPUs, joined by NCCL. Its calls stand on libtorch's current stream, so in order with libtorch's operations on the tensors.
/// </summary>
/// <param name="library">NCCL.</param>
/// <param name="driver">The NVIDIA driver.</param>
/// <param name="stream">libtorch's current stream of a device.</param>
internal sealed class NcclLink(NcclLibrary library, CudaDriver driver, Func<int, nint> stream) : IDisposable
{
    /// <summary>The variable that keeps NCCL out of a run where it is 0.</summary>
    public const string Variable = "SNN_NCCL";

    private const int RowBytes = 1024; // what a rank tells the others: its GPU's identity, then why it cannot join
    private const int LongestText = 300; // characters of at most 3 bytes

    private string place = string.Empty;
    private int index;
    private nint context;
    private nint communicator;

    /// <summary>What this machine has.</summary>
    /// <exception cref="CudaException">Something is missing.</exception>
    public static NcclLink Here() => Environment.GetEnvironmentVariable(Variable) == "0"
        ? throw new CudaException($"{Variable} is 0.")
        : new(new NcclLibrary(NcclLibrary.Candidates(LibTorch.Folder)), new CudaDriver(CudaDriver.Candidates), LibTorchStream.Function());

    /// <summary>Joins the GPUs where every rank can and has one of its own; all ranks call it, and all end alike.</summary>
    /// <param name="host">The ranks.</param>
    /// <param name="device">Where this one computes.</param>
    /// <param name="find">Gives what this machine has.</param>
    /// <returns>The joined GPUs, or null; and in a sentence how gradients travel and why.</returns>
    /// <exception cref="DistributedException">NCCL is there and failed.</exception>
    public static (NcclLink? Link, string Words) Join(IReducer host, Device device, Func<NcclLink> find)
    {
        NcclLink? own = null;
        var row = new byte[RowBytes];
        try
        {
            own = device.type == DeviceType.CUDA ? find() : throw new CudaException($"its device is {device}.");
            own.Take(host, device).CopyTo(row, 0);
        }
        catch (CudaException missing)
        {
            var text = $"rank {host.Rank} on {host.Host}: {missing.Message}";
            Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, LongestText)]).CopyTo(row, CudaDriver.IdentityBytes);
        }

        using var scope = NewDisposeScope();
        var all = zeros([host.Size, RowBytes], dtype: ScalarType.Byte);
        host.Gather(tensor(row), all);
        if (Refusal([.. all.Numbers<byte>().Chunk(RowBytes)]) is { } why)
        {
            return (null, $"gradients travel through the host's memory, not by NCCL ({why.TrimEnd('.')})");
        }

        own!.Meet(host);
        return (own, $"gradients are summed by {own.Name} between {host.Size} GPUs");
    }

    /// <summary>NCCL's name and version.</summary>
    public string Name => library.Name;

    /// <summary>Adds up over all ranks, in place.</summary>
    /// <param name="values">On this rank's GPU, contiguous, of one of NCCL's types.</param>
    public void Sum(Tensor values) => On(values, library.Sum);

    /// <summary>Gives all ranks what rank 0 has.</summary>
    /// <param name="values">On this rank's GPU, contiguous, of one of NCCL's types.</param>
    public void Broadcast(Tensor values) => On(values, library.Broadcast);

    /// <summary>Leaves at once, whatever is under way: this rank is about to end the others.</summary>
    public void Abort() => Leave(atOnce: true);

    /// <summary>Leaves with the others.</summary>
    public void Dispose() => Leave(atOnce: false);

    /// <summary>Why the GPUs of such ranks are not joined; null where they are.</summary>
    private static string? Refusal(byte[][] rows)
    {
        var texts = rows.Select(row => Encoding.UTF8.GetString(row.AsSpan(CudaDriver.IdentityBytes)).TrimEnd('\0'));
        var shared = rows.Select((row, rank) => (Identity: Convert.ToHexString(row.AsSpan(0, CudaDriver.IdentityBytes)), Rank: rank))
            .GroupBy(entry => entry.Identity, entry => entry.Rank).FirstOrDefault(group => group.Count() > 1);
        return texts.FirstOrDefault(text => text.Length > 0)
            ?? (shared is null ? null : $"ranks {string.Join(", ", shared)} have the same GPU");
    }

    /// <summary>Takes this rank's GPU; gives its identity.</summary>
    private byte[] Take(IReducer host, Device device)
    {
        index = Math.Max(device.index, 0);
        place = $"rank {host.Rank} of {host.Size} on {host.Host}, cuda:{index}";
        context = driver.PrimaryContext(index);
        return driver.Identity(index);
    }

    private void Meet(IReducer host) => OnDevice(() =>
    {
        using var id = tensor(host.Rank == 0 ? library.NewId() : new byte[NcclLibrary.IdBytes]);
        host.Broadcast(id);
        communicator = library.Join(host.Size, id.Numbers<byte>(), host.Rank);
    });

    private void On(Tensor values, Action<nint, long, int, nint, nint> call)
    {
        if (!values.is_contiguous() || Math.Max(values.device.index, 0) != index || NcclLibrary.Type(values.dtype) is not { } type)
        {
            throw new ArgumentException(
                $"NCCL sums contiguous tensors of float16, bfloat16, float32, float64, int64 and uint8 on cuda:{index}; this one is of "
                + $"{values.dtype} on {values.device}{(values.is_contiguous() ? "" : ", with gaps: call contiguous() first")}.");
        }

        OnDevice(() => call(Sweep.Address(values), values.numel(), type, communicator, stream(index)));
        GC.KeepAlive(values); // memory given back later is taken again in the stream's order only
    }

    private void OnDevice(Action action)
    {
        try
        {
            driver.In(context, action);
        }
        catch (CudaException failed)
        {
            throw new DistributedException(
                $"{Name} failed on {place}: {failed.Message} NCCL_DEBUG=INFO says more; {Variable}=0 goes without it.", failed);
        }
    }

    private void Leave(bool atOnce)
    {
        if (Interlocked.Exchange(ref communicator, 0) is var left and not 0)
        {
            library.Leave(left, atOnce);
        }
    }
}
