using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused.Cuda;

namespace SnnNotebooks;

/// <summary>
/// Until disposed, libtorch throws where it would make the host wait for a GPU: where a number is read, a tensor copied to the host, or
/// copied from memory that is not pinned. So a step of training shows what holds it up. It is what
/// <c>torch.cuda.set_sync_debug_mode("error")</c> is in Python, and has its limits: the whole process is meant, some operations that wait
/// are not known to libtorch (its own documentation names sparse and distributed ones), and what the kit itself asks of the driver is not
/// seen. Scopes nest.
/// </summary>
public sealed class NoHostWaits : IDisposable
{
    private static readonly Lazy<(HostWaitSwitch? Switch, string? Why)> Found = new(Find);

    private readonly HostWaitSwitch mode;
    private readonly int former;
    private bool disposed;

    /// <summary>Refuses to wait from now on.</summary>
    /// <exception cref="PlatformNotSupportedException">This libtorch has no such mode (<see cref="Missing"/>).</exception>
    public NoHostWaits()
        : this(Found.Value.Switch ?? throw new PlatformNotSupportedException(Missing))
    {
    }

    internal NoHostWaits(HostWaitSwitch mode)
    {
        this.mode = mode;
        former = mode.Value;
        mode.Value = HostWaitSwitch.Error;
    }

    /// <summary>Why this libtorch cannot refuse, in a sentence; null where it can.</summary>
    public static string? Missing => Found.Value.Why;

    /// <summary>Puts back what held before.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            mode.Value = former;
        }
    }

    private static (HostWaitSwitch? Switch, string? Why) Find()
    {
        try
        {
            return (new HostWaitSwitch(HostWaitSwitch.Candidates(LibTorch.Folder)), null);
        }
        catch (CudaException missing)
        {
            return (null, $"libtorch cannot refuse to wait for a GPU here: {missing.Message}");
        }
    }
}
