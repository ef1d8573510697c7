using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>A neuron's parameters, converted to time steps.</summary>
internal sealed class NeuronParameters : IDisposable
{
    /// <summary>Shape of the neurons, or null where every parameter is a single number.</summary>
    public long[]? Shape { get; private init; }

    /// <summary>Membrane time constant in steps; null for I and IF.</summary>
    public Tensor? Tau { get; private set; }

    /// <summary>Synaptic time constant in steps; null where the input is the current.</summary>
    public Tensor? TauSyn { get; private set; }

    /// <summary>w_in; only with <see cref="TauSyn"/>.</summary>
    public Tensor? InputWeight { get; private set; }

    /// <summary>R; null where it is 1 everywhere.</summary>
    public Tensor? Resistance { get; private set; }

    /// <summary>v_leak.</summary>
    public Tensor? Leak { get; private set; }

    /// <summary>v_threshold; null for neurons that do not spike.</summary>
    public Tensor? Threshold { get; private set; }

    /// <summary>Potential after a spike, or null: the threshold is subtracted.</summary>
    public Tensor? ResetTo { get; private set; }

    /// <summary>R equals tau everywhere: the input enters as it is (a LIF whose input does not decay).</summary>
    public bool InputUndivided { get; private init; }

    /// <summary>Whether a neuron fires at equality.</summary>
    public bool FiresAtEquality { get; private init; }

    /// <summary>The neuron starts at its reset potential: so do the kit's own, which note it.</summary>
    public bool StartsAtReset { get; private init; }

    public static NeuronParameters Of(string name, NirNode node, NirOptions options, ScalarType type)
    {
        Tensor? Value(string field) => node.OptionalArray(field)?.ToTensor(type);
        var tau = Steps(name, node, node.Fields.ContainsKey("tau_mem") ? "tau_mem" : "tau", options, type);
        var r = node.Array("r").ToDoubles();
        var threshold = Value("v_threshold");
        var ofKit = node.Metadata.ContainsKey(NirMetadata.Reset);
        var undivided = tau is not null && node.Type == "LIF" && IsTau(r, tau);
        var shape = node.Fields.Values.OfType<NirArray>().Where(array => array.Shape.Count > 0)
            .MaxBy(array => array.Count)?.Shape.ToArray();
        return new NeuronParameters
        {
            Shape = shape,
            Tau = tau,
            TauSyn = Steps(name, node, "tau_syn", options, type),
            InputWeight = node.Fields.ContainsKey("tau_syn") ? Value("w_in") ?? ones([], dtype: type) : null,
            Resistance = undivided || Array.TrueForAll(r, value => value == 1) ? null : Value("r"),
            Leak = Value("v_leak"),
            Threshold = threshold,
            ResetTo = threshold is null || Subtracts(node, options.Reset) ? null : Value("v_reset") ?? zeros([], dtype: type),
            InputUndivided = undivided,
            FiresAtEquality = options.FiresAtEquality ?? (node.Metadata.GetValueOrDefault(NirMetadata.Fires) is NirText { Text: ">=" }),
            StartsAtReset = ofKit && threshold is not null && !Subtracts(node, options.Reset),
        };
    }

    /// <summary>Whether a neuron's reset is by subtraction.</summary>
    public static bool Subtracts(NirNode node, NirReset asked) => asked switch
    {
        NirReset.Set => false,
        NirReset.Subtract => true,
        _ when node.Metadata.GetValueOrDefault(NirMetadata.Reset) is NirText note => note.Text == "subtract",
        _ => node.Type == "IF" && !node.Fields.ContainsKey("v_reset"),
    };

    /// <summary>Takes the tensors to another type or device.</summary>
    public void Move(Func<Tensor, Tensor> move)
    {
        Tau = NirOperator.Moved(Tau, move);
        TauSyn = NirOperator.Moved(TauSyn, move);
        InputWeight = NirOperator.Moved(InputWeight, move);
        Resistance = NirOperator.Moved(Resistance, move);
        Leak = NirOperator.Moved(Leak, move);
        Threshold = NirOperator.Moved(Threshold, move);
        ResetTo = NirOperator.Moved(ResetTo, move);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { Tau, TauSyn, InputWeight, Resistance, Leak, Threshold, ResetTo })
        {
            tensor?.Dispose();
        }
    }

    private static Tensor? Steps(string name, NirNode node, string field, NirOptions options, ScalarType type)
    {
        if (node.OptionalArray(field) is not { } seconds)
        {
            return null;
        }

        // noted by the kit: the division by the time step would not always give back what the multiplication began with
        var sameStep = node.Metadata.GetValueOrDefault(NirMetadata.TimeStep) is NirArray { Count: 1 } noted
            && noted.ToDoubles()[0] == options.TimeStep;
        if (sameStep && node.Metadata.GetValueOrDefault(NirMetadata.TauSteps) is NirArray { Count: 1 } steps)
        {
            return steps.ToTensor(type).reshape([]);
        }

        var values = Array.ConvertAll(seconds.ToDoubles(), value => value / options.TimeStep);
        return Array.Exists(values, value => value < 1 - 1e-9)
            ? throw new NirException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Node {name} ({node.Type}): {field} is {seconds.ToDoubles().Min()} s, shorter than the time step of "
                    + $"{options.TimeStep} s: forward Euler would overshoot. Choose a shorter time step."))
            : tensor(values, seconds.Shape.ToArray()).to(type);
    }

    private static bool IsTau(double[] r, Tensor tau)
    {
        using var scope = NewDisposeScope();
        var steps = tau.to(ScalarType.Float64).expand(tau.numel() == 1 ? [r.Length] : tau.shape).flatten().Numbers<double>();
        return r.Length == steps.Length && !Array.TrueForAll(r, value => value == 1)
            && r.Zip(steps).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-6 * pair.Second);
    }
}
