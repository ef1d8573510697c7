using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// A synapse whose current decays until the next spike: I[t] = I[t-1] - (1 - S[t]) I[t-1] / tau + S[t], I[-1] = 0
/// (H. Fang et al., "Exploiting neuron and synapse filter dynamics", IJCAI 2020). With a learnable time constant 1/tau = sigmoid(w),
/// called <c>w</c> in the state dictionary. The state is I.
/// </summary>
public sealed class SynapseFilter : StatefulLayer
{
    private readonly Parameter? w;
    private readonly double tau;

    /// <summary>Creates a layer; it takes any number of synapses.</summary>
    /// <param name="tau">Time constant in time steps, above 1; where it is learnable, the one to start from.</param>
    /// <param name="learnable">Whether the time constant is learned, one for the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
    public SynapseFilter(double tau = 100.0, bool learnable = false)
        : base(nameof(SynapseFilter))
    {
        this.tau = NeuronConstant.Above1(tau);
        if (learnable)
        {
            w = nn.Parameter(tensor((float)-Math.Log(tau - 1)));
            register_parameter(nameof(w), w);
        }
    }

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        var current = Carried.OrZeros(input.shape[1..], input);
        var rate = w?.sigmoid();
        var currents = new List<Tensor>();
        foreach (var spikes in input.unbind(0))
        {
            var leak = (1 - spikes) * current;
            current = current - (rate is null ? leak / tau : leak * rate) + spikes;
            currents.Add(current);
        }

        var output = stack(currents);
        Carried.Keep(current);
        return output;
    }
}
