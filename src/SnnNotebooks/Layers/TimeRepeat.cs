using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>Direct encoding: a static input is presented at every time step.</summary>
public static class TimeRepeat
{
    /// <summary>Repeats an input over time without copying it.</summary>
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
}
