using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>Checks what a forecaster is given.</summary>
internal static class ForecastInput
{
    public static void Require(Tensor input)
    {
        if (input.dim() != 2 || input.shape[0] < 1 || input.shape[1] != 1)
        {
            throw new ArgumentException($"A forecast was given [{string.Join(", ", input.shape)}]; expected [T, 1].", nameof(input));
        }
    }
}
