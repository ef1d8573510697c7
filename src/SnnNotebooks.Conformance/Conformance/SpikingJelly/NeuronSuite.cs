using System.Text.Json;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>
/// Neurons: the spikes bit for bit; the final variables to 1e-5 and the gradients, also those of the learnable numbers and those
/// through the final potential, to 2e-5. Point neurons are compared in both backends.
/// </summary>
internal sealed class NeuronSuite : SpikingJellySuite
{
    private static readonly HashSet<string> Families = new(StringComparer.Ordinal)
    {
        "IFNode", "LIFNode", "ParametricLIFNode", "QIFNode", "EIFNode", "IzhikevichNode", "KLIFNode", "LIAFNode", "CUBALIFNode", "ILIFNode",
        "PSN", "GatedLIFNode", "OnlineNodes", "DSR", "OtherHead",
    };

    /// <inheritdoc/>
    protected override bool Covers(string family) => Families.Contains(family);

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        var name = reference.Text("neuron") ?? string.Empty;
        if (Point(reference, name) is { } sample)
        {
            sample.Dispose();
            foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
            {
                using var neuron = Point(reference, name)!;
                neuron.Backend = backend;
                reference.HasSameBitsEverywhere = backend == NeuronBackend.Fused && !UsesFunctionsOfTheDevice(reference);
                if (reference.Has("x0"))
                {
                    CompareCarried(reference, neuron);
                }
                else
                {
                    CompareSequence(reference, neuron, neuron.call, neuron.Variable, neuron.Reset);
                }
            }

            return null;
        }

        switch (name)
        {
            case "OTTTLIFNode":
                CompareOnline(reference);
                break;
            case "SLTTLIFNode":
                using (var neuron = new SLTTLIFNode(reference.Number("tau"), surrogate: Surrogate(reference)))
                {
                    CompareSequence(reference, neuron, x => stack(x.unbind(0).Select(neuron.call)), neuron.Variable, neuron.Reset);
                }

                break;
            case "NonSpikingIFNode" or "NonSpikingLIFNode":
                CompareReadout(reference, name);
                break;
            case "FewSpikeNode":
                CompareFewSpikes(reference);
                break;
            case "GatedLIFNode":
                int? channels = reference.Shape("param_alpha") is [var count] ? (int)count : null;
                using (var neuron = new GatedLIFNode((int)reference.Number("T"), channels, surrogate: Surrogate(reference)))
                {
                    CompareSequence(reference, neuron, neuron.call, variable => variable is "v" or "u" ? neuron.V : null, neuron.Reset);
                }

                break;
            default:
                using (var neuron = Stateless(reference, name))
                {
                    CompareSequence(reference, neuron, neuron.call, _ => null, () => { });
                }

                break;
        }

        return null;
    }

    /// <summary>Whether a surrogate's equation has a logarithm, sine or cosine, which are the device's own.</summary>
    private static bool UsesFunctionsOfTheDevice(ReferenceCase reference) =>
        reference.Text("surrogate") is nameof(QPseudoSpike) or nameof(SquarewaveFourierSeries);

    /// <summary>The whole sequence from the initial state; then again with a gradient on the final potential.</summary>
    private static void CompareSequence(
        ReferenceCase reference, nn.Module neuron, Func<Tensor, Tensor> run, Func<string, Tensor?> variable, Action reset)
    {
        reference.LoadParameters(neuron);
        var (g, x) = (reference.Tensor("g"), reference.Tensor("x").requires_grad_());
        var spikes = run(x);
        if (reference.Text("neuron") is "LIAFNode" or "DSRIFNode" or "DSRLIFNode")
        {
            reference.Close("spike", spikes, 1e-5); // analogue outputs
        }
        else
        {
            reference.Same("spike", spikes);
        }

        (spikes * g).sum().backward();
        reference.Close("grad_x", x.grad!);
        reference.CloseGradients(neuron);
        foreach (var field in reference.Fields.Where(field => field.EndsWith("_final", StringComparison.Ordinal)))
        {
            if (Array.Find(["v", "w", "c", "u"], known => field == known + "_final") is { } known && variable(known) is { } final)
            {
                reference.Close(field, final, 1e-5);
            }
        }

        if (!reference.Has("grad_x_v"))
        {
            return;
        }

        reset();
        var again = reference.Tensor("x").requires_grad_();
        var loss = (run(again) * g).sum();
        (loss + (variable("v")! * reference.Tensor("gv")).sum()).backward();
        reference.Close("grad_x_v", again.grad!);
    }

    /// <summary>Two sequences without a reset between them; the state is detached there.</summary>
    private static void CompareCarried(ReferenceCase reference, SpikingNeuron neuron)
    {
        reference.LoadParameters(neuron);
        for (var part = 0; reference.Has($"x{part}"); part++)
        {
            var x = reference.Tensor($"x{part}").requires_grad_();
            var spikes = neuron.call(x);
            reference.Same($"spike{part}", spikes);
            reference.Close($"v{part}", neuron.V!, 1e-5);
            (spikes * reference.Tensor($"g{part}")).sum().backward();
            reference.Close($"grad_x{part}", x.grad!);
            Functional.Detach(neuron);
        }
    }

    private static void CompareOnline(ReferenceCase reference)
    {
        using var neuron = new OTTTLIFNode(reference.Number("tau"), surrogate: Surrogate(reference));
        CompareSequence(reference, neuron, x => stack(x.unbind(0).Select(step => neuron.call(step).Spikes)),
            variable => variable == "v" ? neuron.V : null, neuron.Reset);
        reference.Close("trace_final", neuron.Trace!, 1e-5);
    }

    private static void CompareReadout(ReferenceCase reference, string name)
    {
        var decoding = reference.Text("decode") switch
        {
            null => PotentialDecoding.Sequence,
            "max-mem" => PotentialDecoding.Max,
            "max-abs-mem" => PotentialDecoding.MaxAbsolute,
            "mean-mem" => PotentialDecoding.Mean,
            "last-mem" or "last_mem" => PotentialDecoding.Last,
            var other => throw new NotSupportedException($"this suite knows no decoding called {other}"),
        };
        foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
        {
            using SpikingNeuron neuron = name == "NonSpikingIFNode"
                ? new NonSpikingIFNode(decoding)
                : new NonSpikingLIFNode(reference.Number("tau", 2), decoding);
            neuron.Backend = backend;
            reference.Close("y", neuron.call(reference.Tensor("x")), 1e-5);
        }
    }

    private static void CompareFewSpikes(ReferenceCase reference)
    {
        var theta = reference.Numbers("theta");
        IReadOnlyList<double> Table(string constant) => reference.Text(constant) == "=theta" ? theta : reference.Numbers(constant);
        using var neuron = new FewSpikeNode(theta, Table("h"), Table("d"), Surrogate(reference))
        {
            StepMode = reference.Name.EndsWith("_m", StringComparison.Ordinal) ? StepMode.Multi : StepMode.Single,
        };
        var x = reference.Tensor("x").requires_grad_();
        var y = neuron.call(x);
        reference.Close("y", y, 1e-6);
        (reference.Has("g") ? y * reference.Tensor("g") : y).sum().backward();
        reference.Close("grad_x", x.grad!);
    }

    private static nn.Module<Tensor, Tensor> Stateless(ReferenceCase reference, string name)
    {
        switch (name)
        {
            case "PSN":
                return new PSN((int)reference.Number("T"), Surrogate(reference));
            case "MaskedPSN":
                return new MaskedPSN((int)reference.Number("k"), (int)reference.Number("T"), reference.Number("lambda_"),
                    Surrogate(reference));
            case "SlidingPSN":
                return new SlidingPSN((int)reference.Number("k"), surrogate: Surrogate(reference));
            case "DSRIFNode":
                return new DSRIFNode((int)reference.Number("T"), reference.Number("v_threshold", 6), reference.Number("alpha", 0.5));
            case "DSRLIFNode":
                return new DSRLIFNode(
                    (int)reference.Number("T"), reference.Number("v_threshold", 1), reference.Number("tau", 2), reference.Number(
                        "delta_t", 0.05), reference.Number("alpha", 0.3));
            default:
                throw new NotSupportedException($"this suite knows no neuron called {name}");
        }
    }

    private static SpikingNeuron? Point(ReferenceCase reference, string name)
    {
        var threshold = reference.Number("v_threshold", 1);
        var detach = reference.Flag("detach_reset", false);
        var decay = reference.Flag("decay_input", true);
        double Tau() => reference.Number("tau", 2);
        double? Reset(double fallback = 0) => reference.Constants.TryGetProperty("v_reset", out var value)
            ? value.ValueKind == JsonValueKind.Null ? null : value.GetDouble()
            : fallback;
        return name switch
        {
            "IFNode" => new IFNode(threshold, Reset(), detach, Surrogate(reference)),
            "LIFNode" => new LIFNode(Tau(), decay, threshold, Reset(), detach, Surrogate(reference)),
            "ParametricLIFNode" => new ParametricLIFNode(
                reference.Number("init_tau", 2), decay, threshold, Reset(), detach, Surrogate(reference)),
            "QIFNode" => new QIFNode(Tau(), reference.Number("v_c", 0.8), reference.Number("a0", 1), threshold,
                reference.Number("v_rest", 0), Reset(-0.1), detach, Surrogate(reference)),
            "EIFNode" => new EIFNode(Tau(), reference.Number("delta_T", 1), reference.Number("theta_rh", 0.8), threshold,
                reference.Number("v_rest", 0), Reset(-0.1), detach, Surrogate(reference)),
            "IzhikevichNode" => new IzhikevichNode(
                Tau(), reference.Number("v_c", 0.8), reference.Number("a0", 1), threshold, Reset(), reference.Number(
                    "v_rest", -0.1), reference.Number("w_rest", 0),
                reference.Number("tau_w", 2), reference.Number("a", 0), reference.Number("b", 0), detach, Surrogate(reference)),
            "KLIFNode" => new KLIFNode(reference.Flag("scale_reset", false), Tau(), decay, threshold, Reset(), detach, Surrogate(reference),
                reference.Number("k", 1)),
            "LIAFNode" => new LIAFNode(Activation(reference), reference.Flag("threshold_related", false), Tau(), decay, threshold, Reset(),
                detach, Surrogate(reference)),
            "CUBALIFNode" => new CUBALIFNode(
                reference.Number("c_decay", 0.5), reference.Number("v_decay", 0.75), reference.Number(
                    "v_threshold", 0.5), Reset(), detach, Surrogate(reference)),
            "ILIFNode" => new ILIFNode(reference.Number("tau", 4.0 / 3), (int)reference.Number("max_spike_count", 4), threshold, detach),
            "HalfThresholdIFNode" => new HalfThresholdIFNode(threshold, detach, Surrogate(reference)),
            "SimpleIFNode" => new SimpleIFNode(threshold, Reset(), detach, Surrogate(reference)),
            "SimpleLIFNode" => new SimpleLIFNode(Tau(), decay, threshold, Reset(), detach, Surrogate(reference)),
            _ => null,
        };
    }

    private static AnalogActivation Activation(ReferenceCase reference) => reference.Text("act") switch
    {
        "relu" => AnalogActivation.Relu,
        "sigmoid" => AnalogActivation.Sigmoid,
        "tanh" => AnalogActivation.Tanh,
        var other => throw new NotSupportedException($"this suite knows no activation called {other}"),
    };

    /// <summary>
    /// The surrogate with its defaults (only LeakyKReLU's leak is 0.1): what else the constants hold is the neuron's, even where it is
    /// called the same.
    /// </summary>
    private static Surrogate Surrogate(ReferenceCase reference) => reference.Text("surrogate") switch
    {
        nameof(LeakyKReLU) => new LeakyKReLU(0.1, 1),
        { } name => SurrogateCatalog.Create(name, release: reference.IsRelease),
        null => throw new InvalidDataException($"The case {reference.Name} does not say its surrogate."),
    };
}
