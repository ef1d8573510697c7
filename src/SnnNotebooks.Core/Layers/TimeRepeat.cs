using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>Direct encoding: a static input is presented at every time step.</summary>
public static class TimeRepeat
{
    /// <summary>Repeats an input over time without copying it. <see cref="OverTime"/> knows such a sequence and computes it once.</summary>
    /// <param name="input">[B, ...].</param>
    /// <param name="steps">T, at least 1.</param>
    /// <returns>A view [T, B, ...].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public static Tensor Repeat(Tensor input, int steps)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var unsqueezed = input.unsqueeze(0);
        return unsqueezed.expand([steps, .. input.shape]);
    }

    /// <summary>Whether all time steps of a sequence are the same memory, and so the same values.</summary>
    internal static bool Repeats(Tensor sequence) => sequence.dim() > 0 && sequence.size(0) > 1 && sequence.stride(0) == 0;
}
