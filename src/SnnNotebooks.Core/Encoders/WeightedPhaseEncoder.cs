using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>
/// Weighted phase code: the K binary digits of an input, the most significant first, so that a spike at step k is worth 2^-(k+1) (J. Kim et
/// al., Neurocomputing 2018).
/// </summary>
public sealed class WeightedPhaseEncoder
{
    private readonly EncoderInput domain;
    private readonly int digits;

    /// <summary>Creates an encoder.</summary>
    /// <param name="digits">K, 1 to 23: as many digits as float32 keeps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="digits"/> is out of range.</exception>
    public WeightedPhaseEncoder(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 23);
        this.digits = digits;
        domain = new EncoderInput(0, 1 - Math.Pow(2, -digits), nameof(WeightedPhaseEncoder));
    }

    /// <summary>Encodes an input.</summary>
    /// <param name="input">Any shape, floating point, values in [0, 1 - 2^-K].</param>
    /// <returns>Spikes [K, ...], 0 or 1, in the type of the input.</returns>
    /// <exception cref="ArgumentException">The input is not floating-point, or a value is out of range.</exception>
    public Tensor Encode(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rest = domain.Checked(input);
        var spikes = new List<Tensor>();
        for (var k = 1; k <= digits; k++)
        {
            var weight = Math.Pow(2, -k);
            var spike = rest.ge(weight).to(rest.dtype);
            rest = rest - (spike * weight);
            spikes.Add(spike);
        }

        return stack(spikes).to(input.dtype).MoveToOuterDisposeScope();
    }
}
