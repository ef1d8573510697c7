using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Complementary leaky integrate and fire: beside the potential, H[t] = (1 - 1/tau) V[t-1] + X[t], there is a complementary one that
/// keeps what leaks away, m[t] = m[t-1] sigmoid(H[t] / tau) + S[t], and deepens the reset, V[t] = H[t] - S[t] (threshold + sigmoid(m[t]))
/// (Y. Huang et al., ICML 2024, arXiv:2402.04663).
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class CLIFNode(double tau = 2.0, double threshold = 1.0, bool detachReset = false, Surrogate? surrogate = null)
    : EquationNeuron(["v", "m"], [(nameof(tau), NeuronConstant.Above1(tau))], threshold, null, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override Lane[] Charge(Lane[] before, Lane x)
    {
        var h = (before[0] * (1 - (1 / Number(nameof(tau))))) + x;
        return [h, before[1] * Lane.Sigmoid(h / Number(nameof(tau)))];
    }

    /// <inheritdoc/>
    protected override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting)
    {
        var m = charged[1] + resetting;
        return [charged[0] - (resetting * (Number(nameof(threshold)) + Lane.Sigmoid(m))), m];
    }
}
