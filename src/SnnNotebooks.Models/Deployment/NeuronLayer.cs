namespace SnnNotebooks.Deployment;

/// <summary>I, IF, LI and LIF neurons, with the order of operations of <see cref="Exchange.Nir.NirNetwork"/>.</summary>
internal sealed class NeuronLayer(MapShape shape) : EventLayer(shape)
{
    private readonly float[] v = new float[shape.Size];

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

    public override long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, float[] output)
    {
        Array.Clear(output);
        for (var i = 0; i < places.Length; i++)
        {
            output[places[i]] = amounts[i];
        }

        for (var i = 0; i < output.Length; i++)
        {
            v[i] = Charge(i, output[i]);
            if (Threshold is null)
            {
                output[i] = v[i];
                continue;
            }

            var fires = FiresAtEquality ? v[i] >= Threshold[i] : v[i] > Threshold[i];
            output[i] = fires ? 1 : 0;
            if (fires)
            {
                v[i] = ResetTo is null ? v[i] - Threshold[i] : ResetTo[i];
            }
        }

        return 0;
    }

    private float Charge(int i, float x)
    {
        if (Tau is null)
        {
            return v[i] + (Resistance is null ? x : x * Resistance[i]);
        }

        var leak = v[i] - Leak![i];
        return InputUndivided
            ? v[i] - (leak / Tau[i]) + x
            : v[i] + (((Resistance is null ? x : x * Resistance[i]) - leak) / Tau[i]);
    }
}
