using SnnNotebooks.Layers;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>Every neuron and every stateful layer as a pure step with its state beside it.</summary>
public sealed class StepwiseTests
{
    private static readonly Dictionary<string, Func<nn.Module<Tensor, Tensor>>> Neurons = new()
    {
        ["IF"] = () => new IFNode(), ["LIF"] = () => new LIFNode(), ["PLIF"] = () => new ParametricLIFNode(), ["EIF"] = () => new EIFNode(),
        ["QIF"] = () => new QIFNode(), ["Izhikevich"] = () => new IzhikevichNode(coupling: 0.2, jump: 0.1), ["KLIF"] = () => new KLIFNode(),
        ["ALIF"] = () => new ALIFNode(), ["LIAF"] = () => new LIAFNode(), ["CUBA"] = () => new CUBALIFNode(),
        ["CLIF"] = () => new CLIFNode(),
        ["ILIF"] = () => new ILIFNode(), ["read-out"] = () => new NonSpikingLIFNode(), ["simple IF"] = () => new SimpleIFNode(),
        ["simple LIF"] = () => new SimpleLIFNode(), ["half"] = () => new HalfThresholdIFNode(), ["sliding PSN"] = () => new SlidingPSN(3),
        ["masked PSN"] = () => new MaskedPSN(3, 6, initialLambda: 1), ["gated"] = () => new GatedLIFNode(6, channels: 4),
        ["synapses"] = () => new SynapseFilter(3),
        ["delay"] = () => new Delay(2),
        ["dense"] = () => new LinearRecurrent(new LIFNode(threshold: 0.3), 4, 4),
        ["own"] = () => new ElementwiseRecurrent(new IFNode(), (y, x) => y + x),
        ["network"] = () => nn.Sequential(
            ("dense", new OverTime(nn.Linear(4, 4))), ("spikes", new LIFNode(threshold: 0.3)), ("synapses", new SynapseFilter(3))),
    };

    public static TheoryData<string> Names { get; } = [.. Neurons.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_with_the_state_beside_give_the_sequence_and_its_gradients(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var module = Neurons[name]();
        var input = (rand(6, 3, 4) * 2).requires_grad_();
        var whole = module.call(input);
        whole.sum().backward();
        var gradient = input.grad!.clone();
        input.grad!.zero_();
        Functional.Reset(module);

        ModuleState? state = null;
        var outputs = new List<Tensor>();
        foreach (var x in input.unbind(0))
        {
            (var output, state) = module.Step(x, state);
            outputs.Add(output);
        }

        stack(outputs).sum().backward();
        Assert.True((stack(outputs) - whole).abs().max().item<float>() < 1e-6, name);
        Assert.True((input.grad! - gradient).abs().max().item<float>() < 1e-5, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_is_pure(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(6);
        using var module = Neurons[name]();
        var input = rand(3, 2, 4) * 2;
        if (module is IStepMode mode)
        {
            mode.StepMode = StepMode.Single;
            module.call(input[0]);
            mode.StepMode = StepMode.Multi;
        }
        else
        {
            module.call(input.narrow(0, 0, 1));
        }

        var own = Own(module);
        var (_, after) = module.Step(input[1]);
        var kept = after.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var (first, _) = module.Step(input[2], after);
        var (second, _) = module.Step(input[2], after);

        Assert.True(first.equal(second).all().item<bool>());
        Assert.All(kept, entry => Assert.True(entry.Value.equal(after[entry.Key]).all().item<bool>()));
        Assert.Equal(own, Own(module));
    }

    [Fact]
    public void States_have_the_names_of_variables_after_the_paths_of_modules()
    {
        using var scope = NewDisposeScope();
        using var network = Neurons["network"]();
        var (_, state) = network.Step(rand(2, 4));
        Assert.Equal(["spikes.v", "synapses.state"], state.Tensors.Keys.Order());
        Assert.True(state["spikes.v"].requires_grad);
        Assert.False(state.Detach()["spikes.v"].requires_grad);

        using var neuron = new ALIFNode();
        Assert.Equal(["a", "v"], neuron.Step(rand(2, 4)).State.Tensors.Keys.Order());
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => neuron.Step(rand(2, 4), state)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_with_feedback_step_too_and_what_cannot_is_named()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(7);
        using var network = new LoRaFBNet(new LoRaFBOptions(18, Classes: 3));
        network.eval();
        var frames = rand([2, 1, 3, 32, 32]);
        var whole = network.call(frames);
        var (first, state) = network.Step(frames[0]);
        var (second, _) = network.Step(frames[1], state);
        Assert.True((stack([first, second]) - whole).abs().max().item<float>() < 1e-5);

        using var gated = nn.Sequential(new GatedLIFNode(4));
        Assert.Contains("GatedLIFNode", Assert.Throws<ArgumentException>(() => gated.Step(rand(2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gated_neurons_in_single_steps_go_on_into_the_next_sequence_as_whole_calls_do()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(8);
        using var neuron = new GatedLIFNode(3, channels: 4);
        var input = rand(6, 2, 4) * 3;
        var whole = cat([.. input.split(3).Select(neuron.call)]);
        Functional.Reset(neuron);
        neuron.StepMode = StepMode.Single;

        Assert.True(stack(input.unbind(0).Select(neuron.call)).equal(whole).all().item<bool>());
        Assert.Equal(["v"], neuron.TakeState().Select(entry => entry.Name)); // at the end of a sequence
        neuron.call(input[0]);
        Assert.Equal(["v", "s", "t"], neuron.TakeState().Select(entry => entry.Name));
    }

    [Fact]
    public void What_a_neuron_has_recorded_stays()
    {
        using var scope = NewDisposeScope();
        using var neuron = new LIFNode { StoreVSequence = true };
        neuron.call(rand(3, 2));
        var recorded = neuron.VSequence!.clone();
        neuron.Step(rand(2));
        Assert.True(neuron.VSequence!.equal(recorded).all().item<bool>());
        Assert.True(neuron.StoreVSequence);
    }

    private static List<float> Own(nn.Module module)
    {
        var values = new List<float>();
        foreach (var holder in module.modules().Append(module).OfType<IStateValue>())
        {
            var state = holder.TakeState();
            values.AddRange(state.SelectMany(entry => entry.Value.to(ScalarType.Float32).data<float>().ToArray()));
            holder.PutState(state);
        }

        return values;
    }
}
