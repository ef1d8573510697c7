using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>Checks what an encoder is given.</summary>
internal static class InRange
{
    /// <exception cref="ArgumentException">A value is outside or no number.</exception>
    public static void Check(Tensor input, double least, double most, string encoder)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        if (input.numel() > 0 && !input.ge(least).logical_and(input.le(most)).all().item<bool>())
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{encoder} takes values from {least} to {most}; this input goes from {input.min().to(ScalarType.Float64).item<double>()} to {input.max().to(ScalarType.Float64).item<double>()}. Scale it first."), nameof(input));
        }
    }
}
