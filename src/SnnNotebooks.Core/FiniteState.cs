using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// A state that is infinite or no number stays so for ever, and shows nowhere: a membrane of NaN never fires again. Whoever goes on from a
/// state looks at it first: one sum over [N], where the call itself passes over [T, N] several times. Nothing is looked at within a call.
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

        using var off = no_grad();
        using var sum = state.sum();
        using var number = sum.to(ScalarType.Float64);
        if (double.IsFinite(number.item<double>()))
        {
            return;
        }

        // a sum of huge numbers may be infinite, too
        using var finite = state.isfinite();
        using var all = finite.all();
        if (!all.item<bool>())
        {
            throw new InvalidOperationException(
                $"{owner} holds a state that is infinite or no number (NaN), left by an earlier input or weight that was: from there it "
                + "would never recover. Look for that one, and call Functional.Reset(network).");
        }
    }
}
