using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// Mixed precision, until disposed: convolutions and matrix products of a device's tensors are computed in float16 or bfloat16, operations
/// that lose by it in float32; weights stay as they are (P. Micikevicius et al., arXiv:1710.03740; the operations are those of libtorch's
/// autocast). Neurons take and give the low type and keep their state in float32. Scopes nest; each holds for the thread that made it and
/// is disposed there, in the opposite order. The backward pass belongs outside: it computes in the types of the forward pass. In one scope
/// do not
/// first run a network without gradients and then train it: libtorch would take weights converted without a graph.
/// </summary>
public sealed class Autocast : IDisposable
{
    [ThreadStatic]
    private static Autocast? innermost;

    private readonly DeviceType device;
    private readonly (bool Enabled, ScalarType Type) former;
    private readonly Autocast? outer;
    private readonly bool isAgain;
    private bool disposed;

    /// <summary>Computes in mixed precision from now on.</summary>
    /// <param name="device">Whose tensors: the CPU's or CUDA's.</param>
    /// <param name="dtype"><see cref="ScalarType.BFloat16"/>, or <see cref="ScalarType.Float16"/>, whose gradients want a
    /// <see cref="Training.GradientScaler"/>.</param>
    /// <exception cref="ArgumentException">It is another device or type.</exception>
    /// <exception cref="PlatformNotSupportedException">This libtorch does not offer it (<see cref="IsAvailable"/>).</exception>
    public Autocast(DeviceType device, ScalarType dtype)
        : this(Known(device), (ScalarType?)Low(dtype))
    {
    }

    private Autocast(DeviceType device, ScalarType? type, bool isAgain = false)
    {
        if (!IsAvailable)
        {
            throw new PlatformNotSupportedException(
                "Mixed precision needs libtorch's autocast, which this kit reaches on Linux only: compute in float32.");
        }

        (this.device, this.isAgain) = (device, isAgain);
        former = (NativeAutocast.IsEnabled(device), NativeAutocast.Type(device));
        (outer, innermost) = (innermost, this);
        NativeAutocast.Enter();
        NativeAutocast.SetType(device, type ?? former.Type);
        NativeAutocast.SetEnabled(device, type is not null);
    }

    /// <summary>Whether this build has it: libtorch's functions are found on Linux.</summary>
    public static bool IsAvailable => NativeAutocast.IsThere;

    /// <summary>What operations on a device's tensors are computed in on this thread; null where no scope holds.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Float16, BFloat16, or null.</returns>
    public static ScalarType? Type(DeviceType device) =>
        IsAvailable && device is DeviceType.CPU or DeviceType.CUDA && NativeAutocast.IsEnabled(device) ? NativeAutocast.Type(device) : null;

    /// <summary>Puts back what held before.</summary>
    /// <exception cref="InvalidOperationException">It is another thread, or a scope within is not disposed yet.</exception>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        if (innermost != this)
        {
            throw new InvalidOperationException(
                "Scopes of Autocast are disposed on the thread that made them, the inner ones first: keep each in a using block without "
                + "await.");
        }

        disposed = true;
        innermost = outer;
        NativeAutocast.SetEnabled(device, former.Enabled);
        NativeAutocast.SetType(device, former.Type);
        NativeAutocast.Leave();
        if (isAgain)
        {
            NativeAutocast.ForgetWeights();
        }
    }

    /// <summary>
    /// The precision that holds or held elsewhere, or none, for a run of a module whose graph is its own: weights converted before it are
    /// not taken, nor those converted in it after.
    /// </summary>
    /// <param name="device">Whose tensors.</param>
    /// <param name="type">What <see cref="Type"/> was there.</param>
    /// <returns>The scope; null where there is nothing to change.</returns>
    internal static Autocast? Again(DeviceType device, ScalarType? type)
    {
        if (type is null && Type(device) is null)
        {
            return null;
        }

        NativeAutocast.ForgetWeights();
        return new Autocast(device, type, isAgain: true);
    }

    private static DeviceType Known(DeviceType device) => device is DeviceType.CPU or DeviceType.CUDA
        ? device
        : throw new ArgumentException($"Autocast was given {device}; expected CPU or CUDA.", nameof(device));

    private static ScalarType Low(ScalarType dtype) => dtype is ScalarType.BFloat16 or ScalarType.Float16
        ? dtype
        : throw new ArgumentException($"Autocast was given {dtype}; expected BFloat16 or Float16.", nameof(dtype));
}
