using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Exponential integrate and fire: H[t] = V[t-1] + (X[t] + V_rest - V[t-1] + delta_T exp((V[t-1] - theta_rh) / delta_T)) / tau
/// (N. Fourcaud-Trocmé et al., Journal of Neuroscience 23, 11628, 2003).
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="sharpness">delta_T, above 0: the smaller, the more sudden the spike.</param>
/// <param name="rheobase">theta_rh, where the spike takes off.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="rest">Resting potential.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">
/// <paramref name="tau"/> is not above 1, or <paramref name="sharpness"/> not above 0.
/// </exception>
public sealed class EIFNode(
    double tau = 2.0,
    double sharpness = 1.0,
    double rheobase = 0.8,
    double threshold = 1.0,
    double rest = 0.0,
    double? reset = -0.1,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron(
        [
            (nameof(tau), NeuronConstant.Above1(tau)), (nameof(sharpness), NeuronConstant.Above0(sharpness)),
            (nameof(rheobase), rheobase), (nameof(rest), rest),
        ],
        threshold,
        reset,
        detachReset,
        surrogate)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x)
    {
        var deltaT = Number(nameof(sharpness));
        var takeOff = deltaT * Lane.Exp((v - Number(nameof(rheobase))) / deltaT);
        return v + ((x + Number(nameof(rest)) - v + takeOff) / Number(nameof(tau)));
    }
}
