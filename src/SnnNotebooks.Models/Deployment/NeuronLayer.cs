using System.Numerics;

namespace SnnNotebooks.Deployment;

/// <summary>
/// I, IF, LI and LIF neurons, with the order of operations of <see cref="Exchange.Nir.NirNetwork"/>. All arrays are
/// <see cref="MapShape.Padded"/> long, so that a vector register always has a whole load.
/// </summary>
internal sealed class NeuronLayer(MapShape shape) : EventLayer(shape)
{
    private readonly float[] v = new float[shape.Padded];

    /// <summary>Membrane time constant in steps; null for I and IF.</summary>
    public float[]? Tau { get; init; }

    public float[]? Leak { get; init; }

    /// <summary>R; null where it is 1 everywhere.</summary>
    public float[]? Resistance { get; init; }

    /// <summary>Null for neurons that do not spike.</summary>
    public float[]? Threshold { get; init; }

    /// <summary>Null: the threshold is subtracted.</summary>
    public float[]? ResetTo { get; init; }

    public bool InputUndivided { get; init; }

    public bool FiresAtEquality { get; init; }

    public bool StartsAtReset { get; init; }

    /// <summary>The layer in its initial state.</summary>
    public NeuronLayer Started()
    {
        Reset();
        return this;
    }

    public override void Reset()
    {
        if (StartsAtReset)
        {
            ResetTo!.CopyTo(v, 0);
        }
        else
        {
            Array.Clear(v);
        }
    }

    /// <summary>Takes one step.</summary>
    /// <param name="current">All of the input, inner order.</param>
    /// <param name="output">Takes spikes, or the potentials of neurons without a threshold, inner order.</param>
    public void Step(float[] current, float[] output)
    {
        for (var i = 0; i < v.Length; i += Vector<float>.Count)
        {
            var charged = Charge(i, new Vector<float>(v, i), new Vector<float>(current, i));
            if (Threshold is null)
            {
                charged.CopyTo(v, i);
                charged.CopyTo(output, i);
                continue;
            }

            var threshold = new Vector<float>(Threshold, i);
            var fires = FiresAtEquality ? Vector.GreaterThanOrEqual(charged, threshold) : Vector.GreaterThan(charged, threshold);
            var reset = ResetTo is null ? charged - threshold : new Vector<float>(ResetTo, i);
            Vector.ConditionalSelect(fires, reset, charged).CopyTo(v, i);
            Vector.ConditionalSelect(fires, Vector<float>.One, Vector<float>.Zero).CopyTo(output, i);
        }
    }

    private Vector<float> Charge(int i, Vector<float> before, Vector<float> x)
    {
        var driven = Resistance is null || InputUndivided ? x : x * new Vector<float>(Resistance, i);
        if (Tau is null)
        {
            return before + driven;
        }

        var (leak, tau) = (before - new Vector<float>(Leak!, i), new Vector<float>(Tau, i));
        return InputUndivided ? before - (leak / tau) + x : before + ((driven - leak) / tau);
    }
}
