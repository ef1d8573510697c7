using System.Text.Json;
using SnnNotebooks.Learning;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Local learning rules: traces and weight changes of every step, rewards, and learners that listen to a network.</summary>
internal sealed class StdpSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "stdp";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        switch (reference.Name.Split('_')[0])
        {
            case "stdp":
                CompareRule(reference);
                break;
            case "mstdp" or "mstdpet":
                CompareEligibility(reference);
                break;
            case "STDPLearner":
                CompareLearner(reference);
                break;
            case "MSTDPLearner":
                CompareRewards(reference, new RewardStdp(Options(reference)));
                break;
            case "MSTDPETLearner":
                CompareRewards(reference, new RewardStdp(Options(reference), reference.Number("tau_trace")));
                break;
            default:
                reference.Differs("this kind of case is not known");
                break;
        }

        return null;
    }

    private static StdpOptions Options(ReferenceCase reference)
    {
        var constants = reference.Constants.GetProperty("f");
        (Func<Tensor, Tensor> Pre, Func<Tensor, Tensor> Post) scales = constants.ValueKind == JsonValueKind.Number
            ? (weight => full_like(weight, constants.GetDouble()), weight => full_like(weight, constants.GetDouble()))
            : constants.GetString() switch
            {
                "w" => (weight => weight.alias(), weight => weight.alias()),
                "clamp(w,-1,1)^2" => (weight => weight.clamp(-1, 1).square(), weight => weight.clamp(-1, 1).square()),
                "f_pre=.5,f_post=1.5" => (weight => full_like(weight, 0.5), weight => full_like(weight, 1.5)),
                var other => throw new InvalidDataException($"The weight dependence '{other}' is not known."),
            };
        return new StdpOptions(reference.Number("tau_pre"), reference.Number("tau_post"), scales.Pre, scales.Post);
    }

    private static void CompareRule(ReferenceCase reference)
    {
        var weight = reference.Tensor("weight");
        var axes = (int)weight.dim() - 2;
        long[] Each(string constant) => [.. Enumerable.Repeat((long)reference.Number(constant), axes)];
        using var rule = new Stdp(axes == 0
            ? SynapseGeometry.Dense
            : SynapseGeometry.Convolution(weight.shape[2..], Each("stride"), Each("padding")), Options(reference));
        var (pre, post, change) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var (input, output) in reference.Tensor("in_spike").unbind(0).Zip(reference.Tensor("out_spike").unbind(0)))
        {
            change.Add(rule.Step(weight, input, output));
            pre.Add(rule.TracePre!.clone());
            post.Add(rule.TracePost!.clone());
        }

        reference.Close("trace_pre", stack(pre));
        reference.Close("trace_post", stack(post));
        reference.Close("delta_w", stack(change));
    }

    private static void CompareEligibility(ReferenceCase reference)
    {
        var weight = reference.Tensor("weight");
        using var rule = new RewardStdp(Options(reference));
        var batched = reference.Tensor("in_spike").dim() == 3;
        Tensor Batched(Tensor value) => batched ? value : value.unsqueeze(0);
        Tensor Shown(Tensor value) => batched ? value.clone() : value.squeeze(0).clone();
        var (pre, post, eligibility) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var (input, output) in reference.Tensor("in_spike").unbind(0).Zip(reference.Tensor("out_spike").unbind(0)))
        {
            rule.Step(weight, Batched(input), Batched(output), ones(Batched(input).shape[0]));
            pre.Add(Shown(rule.TracePre!));
            post.Add(Shown(rule.TracePost!));
            eligibility.Add(Shown(rule.Eligibility!));
        }

        reference.Close("trace_pre", stack(pre));
        reference.Close("trace_post", stack(post));
        reference.Close("delta_w", stack(eligibility));
    }

    private static void CompareLearner(ReferenceCase reference)
    {
        using var synapse = Synapse(reference.Tensor("weight"));
        using var neuron = new IFNode { StepMode = StepMode.Single };
        using var learner = new StdpLearner(synapse, neuron, Options(reference));
        var spikes = stack(reference.Tensor("x").unbind(0).Select(step => neuron.call(synapse.call(step))).ToArray());
        reference.Same("out_spike", spikes);
        learner.Step(reference.Number("scale"));
        reference.Close("grad", synapse.weight!.grad!);
    }

    private static void CompareRewards(ReferenceCase reference, RewardStdp rule)
    {
        using var owned = rule;
        using var synapse = Synapse(reference.Tensor("weight"));
        using var neuron = new IFNode { StepMode = StepMode.Single };
        var batched = reference.Tensor("x").dim() == 3;
        Tensor Batched(Tensor value) => batched ? value : value.unsqueeze(0);
        var changes = new List<Tensor>();
        foreach (var (input, reward) in reference.Tensor("x").unbind(0).Zip(reference.Tensor("reward").unbind(0)))
        {
            var step = Batched(input);
            changes.Add(rule.Step(synapse.weight!, step, neuron.call(synapse.call(step)), reward.reshape(-1)));
        }

        reference.Close("delta_w", stack(changes));
    }

    private static TorchSharp.Modules.Linear Synapse(Tensor weight)
    {
        var synapse = nn.Linear(weight.shape[1], weight.shape[0], hasBias: false);
        using var off = no_grad();
        synapse.weight!.copy_(weight);
        return synapse;
    }
}
