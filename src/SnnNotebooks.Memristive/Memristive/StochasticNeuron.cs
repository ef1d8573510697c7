using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>
/// A comparator of a noisy column sum with zero: it gives 1 with probability p = F(z), F the distribution function of the noise.
/// Spec binary_stochastic.md, section 2; the equations there are a reading of the paper's abstract (Y. Li et al., arXiv:2304.12866).
/// </summary>
public sealed class StochasticNeuron
{
    /// <summary>Standard deviation of the Gaussian noise that resembles logistic noise of scale 1.</summary>
    public const float GaussianPerTheta = 1.702f;

    /// <summary>Makes the neuron.</summary>
    /// <param name="noise">The noise of the comparator.</param>
    /// <param name="theta">Its scale in units of the column sum, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="theta"/> is not a finite number above 0.</exception>
    public StochasticNeuron(NeuronNoise noise = NeuronNoise.Logistic, float theta = 1)
    {
        if (!(theta > 0) || !float.IsFinite(theta))
        {
            throw new ArgumentOutOfRangeException(nameof(theta), theta, "The scale of the noise must be a finite number above 0.");
        }

        (Noise, Theta) = (noise, theta);
    }

    /// <summary>The noise of the comparator.</summary>
    public NeuronNoise Noise { get; }

    /// <summary>Its scale in units of the column sum.</summary>
    public float Theta { get; }

    /// <summary>The probability of a 1 at each column sum: sigma(z / theta), or Phi(z / (1.702 theta)).</summary>
    /// <param name="columns">Column sums z.</param>
    /// <returns>As many numbers in [0, 1].</returns>
    public float[] Probabilities(ReadOnlySpan<float> columns)
    {
        var padded = new float[RowKernels.Padded(columns.Length)];
        columns.CopyTo(padded);
        Probabilities(padded, padded);
        return padded[..columns.Length];
    }

    /// <summary>Reads each comparator once.</summary>
    /// <param name="columns">Column sums z.</param>
    /// <param name="stream">Where the noise comes from.</param>
    /// <param name="presentation">Which presentation this is; each has noise of its own.</param>
    /// <returns>As many zeros and ones.</returns>
    public float[] Fire(ReadOnlySpan<float> columns, RandomStream stream, ulong presentation)
    {
        var probabilities = new float[RowKernels.Padded(columns.Length)];
        columns.CopyTo(probabilities);
        Probabilities(probabilities, probabilities);
        Sample(probabilities, stream, presentation * (ulong)probabilities.Length, probabilities);
        return probabilities[..columns.Length];
    }

    /// <summary>Probabilities of padded rows; both may be the same memory.</summary>
    internal void Probabilities(ReadOnlySpan<float> columns, Span<float> probabilities)
    {
        ref var z = ref MemoryMarshal.GetReference(columns);
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        var (logistic, scale) = (Noise == NeuronNoise.Logistic,
            Vector256.Create(Noise == NeuronNoise.Logistic ? Theta : Theta * GaussianPerTheta));
        for (nuint i = 0; i < (nuint)columns.Length; i += (nuint)Vector256<float>.Count)
        {
            var scaled = Vector256.LoadUnsafe(ref z, i) / scale;
            (logistic ? Logistic(scaled) : Normal(scaled)).StoreUnsafe(ref p, i);
        }
    }

    /// <summary>The exact derivative dp/dz of padded rows.</summary>
    internal void Slopes(ReadOnlySpan<float> columns, ReadOnlySpan<float> probabilities, Span<float> slopes)
    {
        ref var z = ref MemoryMarshal.GetReference(columns);
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var s = ref MemoryMarshal.GetReference(slopes);
        var deviation = Theta * GaussianPerTheta;
        for (nuint i = 0; i < (nuint)columns.Length; i += (nuint)Vector256<float>.Count)
        {
            if (Noise == NeuronNoise.Logistic)
            {
                var probability = Vector256.LoadUnsafe(ref p, i);
                (probability * (Vector256<float>.One - probability) / Vector256.Create(Theta)).StoreUnsafe(ref s, i);
            }
            else
            {
                var scaled = Vector256.LoadUnsafe(ref z, i) / Vector256.Create(deviation);
                (RowKernels.Exp(Vector256.Create(-0.5f) * scaled * scaled) * Vector256.Create(0.39894228f / deviation)).StoreUnsafe(
                    ref s, i);
            }
        }
    }

    /// <summary>
    /// 1 where a uniform number is below the probability, else 0: exactly Bernoulli(p), never for p = 0 and always for p = 1.
    /// </summary>
    internal static void Sample(ReadOnlySpan<float> probabilities, RandomStream stream, ulong position, Span<float> bits)
    {
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var x = ref MemoryMarshal.GetReference(bits);
        var state = stream.Words(position);
        for (nuint i = 0; i < (nuint)probabilities.Length; i += (nuint)Vector256<float>.Count)
        {
            var fires = Vector256.LessThan(RandomStream.Next(ref state), Vector256.LoadUnsafe(ref p, i));
            (fires & Vector256<float>.One).StoreUnsafe(ref x, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Logistic(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + RowKernels.Exp(-x));

    /// <summary>Phi(x) by M. Abramowitz, I. Stegun, Handbook of Mathematical Functions (1964), 7.1.26: within 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Normal(Vector256<float> x)
    {
        var size = Vector256.Abs(x) * Vector256.Create(0.70710678f);
        var t = Vector256<float>.One / (Vector256<float>.One + (Vector256.Create(0.3275911f) * size));
        var series = (Vector256.Create(1.061405429f) * t) + Vector256.Create(-1.453152027f);
        series = (series * t) + Vector256.Create(1.421413741f);
        series = (series * t) + Vector256.Create(-0.284496736f);
        series = (series * t) + Vector256.Create(0.254829592f);
        var upper = Vector256.Create(0.5f) * series * t * RowKernels.Exp(-(size * size));
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), upper, Vector256<float>.One - upper);
    }
}
