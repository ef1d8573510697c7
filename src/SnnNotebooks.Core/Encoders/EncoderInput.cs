using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>What every encoder asks of its input, so that all have one domain and one refusal.</summary>
internal static class EncoderInput
{
    /// <summary>
    /// The input as it is computed with: float16 and bfloat16 in float32, whose steps are fine enough for times and chances.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="least">The smallest value the encoder takes.</param>
    /// <param name="most">The largest.</param>
    /// <param name="encoder">The encoder's name, for messages.</param>
    /// <returns>The values, of the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The input is not floating-point, or a value is outside or no number.</exception>
    public static Tensor Checked(Tensor input, double least, double most, string encoder)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.is_floating_point())
        {
            throw new ArgumentException(
                $"{encoder} was given {input.dtype}; expected floating-point values: convert with .to(ScalarType.Float32), and divide "
                + "bytes of an image by 255.", nameof(input));
        }

        var values = input.dtype == ScalarType.Float64 ? input.alias() : input.to(ScalarType.Float32);
        using var off = no_grad();
        var hasNumbers = values.numel() > 0 && values.device_type != DeviceType.META;
        if (hasNumbers && (Number(values.min()), Number(values.max())) is var (low, high) && !(low >= least && high <= most))
        {
            throw new ArgumentException(double.IsNaN(low)
                ? $"{encoder} was given a value that is no number (NaN). Look for where it came from."
                : FormattableString.Invariant(
                    $"{encoder} takes values from {least} to {most}; this input goes from {low} to {high}. Scale it first."),
                        nameof(input));
        }

        return values;
    }

    private static double Number(Tensor value) => value.to(ScalarType.Float64).item<double>();
}
