using System.Numerics;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// A state that is infinite or no number stays so for ever, and shows nowhere: a membrane of NaN never fires again. Whoever goes on from a
/// state looks at it first: one pass over [N], where the call itself passes over [T, N] several times. Nothing is looked at within a call.
/// </summary>
public static class FiniteState
{
    /// <summary>Checks a state before a call goes on from it. On other devices than the CPU it is not waited for.</summary>
    /// <param name="state">What was kept.</param>
    /// <param name="owner">The module's name, for the message.</param>
    /// <exception cref="InvalidOperationException">It holds NaN or an infinity.</exception>
    public static void Require(Tensor state, string owner)
    {
        if (state.device_type != DeviceType.CPU || !state.is_floating_point())
        {
            return;
        }

        if (!IsFinite(state))
        {
            throw new InvalidOperationException(
                $"{owner} holds a state that is infinite or no number (NaN), left by an earlier input or weight that was: from there it "
                + "would never recover. Look for that one, and call Functional.Reset(network).");
        }
    }

    private static bool IsFinite(Tensor state)
    {
        if (state.numel() <= int.MaxValue && state.is_contiguous() && state.dtype is (ScalarType.Float32 or ScalarType.Float64))
        {
            return state.dtype == ScalarType.Float32 ? IsFinite<float>(state) : IsFinite<double>(state);
        }

        using var off = no_grad();
        using var finite = state.isfinite();
        using var all = finite.all();
        return all.item<bool>();
    }

    /// <summary>Reads the memory itself: for a step of few neurons operations of libtorch would be a sixth of the call.</summary>
    private static unsafe bool IsFinite<T>(Tensor state)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new ReadOnlySpan<T>((void*)NativeAutograd.Address(state), (int)state.numel());
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(numbers);
        var differences = Vector<T>.Zero;
        foreach (var vector in vectors)
        {
            differences |= vector - vector; // 0 for a finite number, else NaN
        }

        var isFinite = Vector.EqualsAll(differences, Vector<T>.Zero);
        foreach (var number in numbers[(vectors.Length * Vector<T>.Count)..])
        {
            isFinite &= T.IsFinite(number);
        }

        GC.KeepAlive(state); // a span of a tensor's memory does not keep the tensor
        return isFinite;
    }
}
