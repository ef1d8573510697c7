using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>
/// I, IF, LI, LIF, CubaLI and CubaLIF, by forward Euler. With tau in time steps:
/// current    I += (w_in x - I) / tau_syn                     (Cuba; else I = x)
/// potential  v += (R I - (v - v_leak)) / tau                 (leaky), or v += R I (I, IF: the input is a charge per step)
/// spike      v &gt; v_threshold; then v = v_reset or v -= v_threshold. I, LI and CubaLI give v itself.
/// The order of the operations is that of the kit's own LIF, so that both fire the same spikes.
/// </summary>
internal sealed class Neuron(string name, NeuronParameters parameters) : NirOperator(name)
{
    private Tensor? potential;
    private Tensor? current;

    public override IEnumerable<Tensor?> State => [potential, current];

    public override long[]? OwnShape => parameters.Shape;

    public override long[] Shape(long[] input) =>
        parameters.Shape is not { } shape || input.SequenceEqual(shape)
            ? input
            : throw Misfit(input, $"[{string.Join(", ", parameters.Shape)}], the shape of its parameters");

    public override Tensor Step(Tensor x)
    {
        using var scope = NewDisposeScope();
        var driven = x;
        if (parameters.TauSyn is { } tauSyn)
        {
            var held = current ?? zeros_like(x);
            driven = held + (((x * parameters.InputWeight!) - held) / tauSyn);
            Replace(ref current, driven);
        }

        var v = potential ?? Resting(x);
        var charged = Charge(v, driven);
        if (parameters.Threshold is not { } threshold)
        {
            Replace(ref potential, charged);
            return charged.alias().MoveToOuterDisposeScope();
        }

        // only tensors here: TorchSharp may collect a number's wrapper while the native call still reads it, and this runs millions of
        // times
        var fires = parameters.FiresAtEquality ? charged.ge(threshold) : charged.gt(threshold);
        var spike = fires.to(x.dtype);
        Replace(ref potential, parameters.ResetTo is { } reset ? where(fires, reset, charged) : charged - (spike * threshold));
        return spike.MoveToOuterDisposeScope();
    }

    public override Tensor Sequence(Tensor x)
    {
        using var scope = NewDisposeScope();
        return stack(x.unbind(0).Select(Step).ToArray()).MoveToOuterDisposeScope();
    }

    public override void Reset()
    {
        potential?.Dispose();
        current?.Dispose();
        (potential, current) = (null, null);
    }

    public override void Detach()
    {
        potential?.detach_();
        current?.detach_();
    }

    public override void Move(Func<Tensor, Tensor> move)
    {
        parameters.Move(move);
        (potential, current) = (Moved(potential, move), Moved(current, move));
    }

    public override void Dispose()
    {
        base.Dispose();
        parameters.Dispose();
    }

    private static void Replace(ref Tensor? state, Tensor value)
    {
        state?.Dispose();
        state = value.alias().DetachFromDisposeScope();
    }

    /// <summary>NIR does not say where a neuron starts: at 0, but those of the kit at their reset potential.</summary>
    private Tensor Resting(Tensor x) => parameters.StartsAtReset ? zeros_like(x) + parameters.ResetTo! : zeros_like(x);

    private Tensor Charge(Tensor v, Tensor driven)
    {
        if (parameters.Tau is not { } tau)
        {
            return v + (parameters.Resistance is { } gain ? driven * gain : driven);
        }

        var leak = v - parameters.Leak!;
        return parameters.InputUndivided
            ? v - (leak / tau) + driven
            : v + (((parameters.Resistance is { } resistance ? driven * resistance : driven) - leak) / tau);
    }
}
