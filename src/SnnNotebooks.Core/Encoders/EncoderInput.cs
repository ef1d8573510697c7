using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>
/// What every encoder asks of its input, so that all have one domain and one refusal. The CPU's inputs are all looked at. On a GPU the host
/// would wait for each: it looks at the first, and whether later ones are in range the device asserts.
/// </summary>
/// <param name="least">The smallest value the encoder takes.</param>
/// <param name="most">The largest.</param>
/// <param name="encoder">The encoder's name, for messages.</param>
internal sealed class EncoderInput(double least, double most, string encoder)
{
    private bool hasSeenOne;

    /// <summary>
    /// The input as it is computed with: float16 and bfloat16 in float32, whose steps are fine enough for times and chances.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <returns>The values, of the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The input is not floating-point, or a value is outside or no number.</exception>
    public Tensor Checked(Tensor input)
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
        if (values.numel() == 0 || values.device_type == DeviceType.META)
        {
            return values;
        }

        if (values.device_type == DeviceType.CUDA && hasSeenOne && DeviceAssertion.IsThere)
        {
            DeviceAssertion.Require(AreInRange(values), FormattableString.Invariant($"{encoder} takes values from {least} to {most}"));
            return values;
        }

        Look(values);
        hasSeenOne |= values.device_type == DeviceType.CUDA;
        return values;
    }

    /// <summary>Whether all values are in range, one truth value where they are; NaN is not.</summary>
    internal Tensor AreInRange(Tensor values)
    {
        var (low, high) = values.dtype == ScalarType.Float64
            ? (least, most)
            : (Math.Max(least, float.MinValue), Math.Min(most, float.MaxValue));
        return values.ge(low).logical_and(values.le(high)).all();
    }

    private void Look(Tensor input)
    {
        if ((Number(input.min()), Number(input.max())) is var (low, high) && !(low >= least && high <= most))
        {
            throw new ArgumentException(double.IsNaN(low)
                ? $"{encoder} was given a value that is no number (NaN). Look for where it came from."
                : FormattableString.Invariant(
                    $"{encoder} takes values from {least} to {most}; this input goes from {low} to {high}. Scale it first."),
                        nameof(input));
        }
    }

    private static double Number(Tensor value) => value.to(ScalarType.Float64).item<double>();
}
