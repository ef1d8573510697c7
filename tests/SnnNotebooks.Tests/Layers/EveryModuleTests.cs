using System.Reflection;
using System.Runtime.InteropServices;
using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>What every module of the kit keeps to.</summary>
public sealed class EveryModuleTests
{
    public static TheoryData<string> Names => [.. ModuleTable.Cases.Keys.Select(type => type.Name)];

    [Fact]
    public void Every_public_module_is_in_the_table()
    {
        // NeuroBench's models take one series, without an axis of samples: they have tests of their own
        var missing = ModuleTable.Cases.Keys.Select(type => type.Assembly).Distinct()
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Namespace != typeof(MotorAnn).Namespace)
            .Where(type => typeof(nn.Module).IsAssignableFrom(type) && !type.IsAbstract && !ModuleTable.Cases.ContainsKey(type));
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Moving_to_float64_and_back_changes_nothing_and_there_it_runs_both_ways(string name)
    {
        using var scope = NewDisposeScope();
        var (given, x) = Made(name);
        var (moved, _) = Made(name);
        var before = Run(given, x);
        moved.Module.to(ScalarType.Float64);
        moved.Module.to(ScalarType.Float32);
        var after = Run(moved, x);
        Assert.True(before.Output.equal(after.Output).all().item<bool>());
        foreach (var (path, gradient) in before.Gradients)
        {
            Assert.True(gradient.equal(after.Gradients[path]).all().item<bool>(),
                $"the gradient of {path} differs after a way to float64 and back");
        }

        // with the state of the first call still there, which moves, too
        moved.Module.to(ScalarType.Float64);
        Assert.All(Tensors(moved.Module), entry => Assert.Equal(ScalarType.Float64, entry.Value.dtype));
        var wide = Run(moved, x.to(ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, wide.Output.dtype);
        Assert.Equal(before.Gradients.Keys.Order(), wide.Gradients.Keys.Order());
        Assert.All(wide.Gradients.Values, gradient => Assert.Equal(ScalarType.Float64, gradient.dtype));
        if (!given.Case.IsDeep && given.Module is not OverTimeDropout)
        {
            var narrow = Run(given, x);
            Assert.True(narrow.Output.to(ScalarType.Float64).allclose(wide.Output, 1e-3, 1e-4));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Moving_to_another_device_takes_every_tensor_along(string name)
    {
        // the meta device computes shapes only, and refuses to mix with the CPU as a GPU does
        using var scope = NewDisposeScope();
        var (made, x) = Made(name);
        made.Module.to(META);
        Assert.All(Tensors(made.Module), entry => Assert.Equal(DeviceType.META, entry.Value.device_type));
        try
        {
            // twice: the second call goes on from the state of the first
            Assert.Equal(DeviceType.META, made.Case.Call(made.Module, x.to(META)).device_type);
            if (made.Module is Recomputed)
            {
                Functional.Reset(made.Module);
            }

            Assert.Equal(DeviceType.META, made.Case.Call(made.Module, x.to(META)).device_type);
        }
        catch (ExternalException refused) when (refused.Message.Contains("Meta kernel", StringComparison.Ordinal)
            || refused.Message.Contains("convolution_overrideable", StringComparison.Ordinal))
        {
            // what libtorch as it is built for TorchSharp cannot do there: batch normalisation, convolutions, where
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_numbers_and_truth_values_are_right_or_refused_by_the_kit(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Int64, ScalarType.Int32, ScalarType.Byte, ScalarType.Bool })
        {
            var (made, x) = Made(name);
            var (twin, _) = Made(name);
            var whole = x.round().to(type);
            Tensor found;
            try
            {
                found = Seeded(() => made.Case.Call(made.Module, whole));
            }
            catch (ArgumentException refused)
            {
                Assert.Contains(".to(ScalarType.Float32)", refused.Message, StringComparison.Ordinal);
                continue;
            }

            Assert.True(found.equal(Seeded(() => twin.Case.Call(twin.Module, whole.to(ScalarType.Float32)))).all().item<bool>(),
                $"{type} gives other values than float32");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void State_of_another_batch_is_refused(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var (first, second) in new[] { (2L, 3L), (3L, 1L), (1L, 2L) })
        {
            var (made, _) = Made(name);
            if (!made.Module.All().OfType<IStateful>().Any())
            {
                return;
            }

            made.Module.eval();
            made.Case.Call(made.Module, made.Case.Input(first));
            if (made.Module is OverTimeDropout)
            {
                made.Module.train();
                made.Case.Call(made.Module, made.Case.Input(first));
            }

            if (made.Module is SlidingPSN or MaskedPSN)
            {
                return; // they remember in single steps only: below
            }

            Assert.Contains("Functional.Reset",
                Assert.Throws<InvalidOperationException>(() => made.Case.Call(made.Module, made.Case.Input(second))).Message,
                StringComparison.Ordinal);
            Functional.Reset(made.Module);
            made.Case.Call(made.Module, made.Case.Input(second));
        }
    }

    [Fact]
    public void Parallel_neurons_in_single_steps_refuse_another_batch_too()
    {
        using var scope = NewDisposeScope();
        foreach (var neuron in new nn.Module<Tensor, Tensor>[] { new SlidingPSN(3) { StepMode = StepMode.Single },
            new MaskedPSN(2, 4, 1) { StepMode = StepMode.Single } })
        {
            neuron.call(ones(2, 3));
            Assert.Contains("Functional.Reset", Assert.Throws<InvalidOperationException>(() => neuron.call(ones(1, 3))).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_pieces_is_the_whole_or_refused_by_name(string name)
    {
        using var scope = NewDisposeScope();
        var (made, x) = Made(name);
        var (twin, _) = Made(name);
        if (made.Module is not nn.Module<Tensor, Tensor> network)
        {
            return;
        }

        made.Module.eval();
        twin.Module.eval();
        Tensor pieces;
        try
        {
            pieces = Functional.InPieces(network, x, 1);
        }
        catch (Exception refused) when (refused is ArgumentException || (refused is InvalidOperationException && made.Module is Recomputed))
        {
            Assert.Contains(made.Module.All(), module => refused.Message.Contains(module.GetName(), StringComparison.Ordinal));
            return;
        }

        var whole = twin.Case.Call(twin.Module, x);
        Assert.Equal(whole.shape, pieces.shape);
        Assert.True(whole.allclose(pieces, 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inside_OverTime_samples_stay_apart(string name)
    {
        using var scope = NewDisposeScope();
        var (made, x) = Made(name);
        var (twin, _) = Made(name);
        if (made.Module is not nn.Module<Tensor, Tensor> module || module is IStepMode { StepMode: StepMode.Single })
        {
            return;
        }

        made.Module.eval();
        twin.Module.eval();
        var over = new OverTime(module);
        if (module.All().Any(inner => inner is IStateful or ISequenceLayer))
        {
            Assert.True(over.call(x).allclose(twin.Case.Call(twin.Module, x), 1e-5, 1e-6));
            Assert.Throws<ArgumentException>(() => new OverTime(nn.Sequential(("inner", module))));
            return;
        }

        Tensor[] steps = [made.Case.Input(), made.Case.Input()];
        var found = over.call(stack(steps));
        for (var t = 0; t < steps.Length; t++)
        {
            Assert.True(found[t].allclose(module.call(steps[t]), 1e-4, 1e-5));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_infinite_input_does_not_poison_a_state_without_a_word(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var value in new[] { float.PositiveInfinity, float.NegativeInfinity, float.NaN })
        {
            var (made, x) = Made(name);
            if (made.Module is not (SpikingNeuron or StatefulLayer or GatedLIFNode or SnnNotebooks.Exchange.Nir.NirNetwork)
                || made.Module is NonSpikingNeuron { Decoding: not PotentialDecoding.Sequence })
            {
                return;
            }

            x.view(-1)[0] = value;
            try
            {
                made.Case.Call(made.Module, x);
                made.Case.Call(made.Module, zeros_like(x));
                made.Case.Call(made.Module, zeros_like(x));
            }
            catch (InvalidOperationException refused)
            {
                Assert.Contains("Functional.Reset", refused.Message, StringComparison.Ordinal);
                Functional.Reset(made.Module);
            }

            // reset, or recovered by itself
            Assert.True(made.Case.Call(made.Module, zeros_like(x)).isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void Constants_of_neurons_that_are_no_numbers_are_refused()
    {
        foreach (var type in ModuleTable.Cases.Keys.Where(type => type.Namespace == typeof(LIFNode).Namespace))
        {
            var constructor = type.GetConstructors().Single();
            var parameters = constructor.GetParameters();
            var defaults = Array.ConvertAll(parameters, Usual);
            for (var i = 0; i < parameters.Length; i++)
            {
                if (parameters[i].ParameterType == typeof(double) || parameters[i].ParameterType == typeof(double?))
                {
                    var arguments = (object?[])defaults.Clone();
                    arguments[i] = double.NaN;
                    var thrown = Record.Exception(() => constructor.Invoke(arguments));
                    Assert.True(thrown is TargetInvocationException { InnerException: ArgumentException },
                        $"{type.Name} takes NaN for {parameters[i].Name}");
                }
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new LIFNode(threshold: double.NegativeInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LIFNode(threshold: double.PositiveInfinity, reset: null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LIFNode(reset: double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => new LIFNode().Set("threshold", tensor(new[] { 1f, float.NaN })));

        static object? Usual(ParameterInfo parameter) => parameter.HasDefaultValue ? parameter.DefaultValue
            : parameter.ParameterType == typeof(int) ? 4
            : parameter.ParameterType == typeof(IReadOnlyList<double>) ? new[] { 1.0 }
            : throw new NotSupportedException($"what to give {parameter.Name}?");
    }

    private static (Tensor Output, Dictionary<string, Tensor> Gradients) Run((nn.Module Module, ModuleCase Case) made, Tensor x)
    {
        made.Module.zero_grad();
        if (made.Module is Recomputed)
        {
            Functional.Reset(made.Module); // it starts from rest only, and says so
        }

        var output = Seeded(() => made.Case.Call(made.Module, x));
        if (output.requires_grad)
        {
            output.sum().backward();
        }

        Functional.Detach(made.Module);
        return (output.detach(), made.Module.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone()));
    }

    private static Tensor Seeded(Func<Tensor> run)
    {
        manual_seed(11);
        return run();
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(nn.Module module) =>
        module.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(module.named_buffers().Select(entry => (entry.name, entry.buffer)))
            .Where(entry => entry.Item2.is_floating_point());

    private static ((nn.Module Module, ModuleCase Case), Tensor X) Made(string name)
    {
        var made = ModuleTable.Cases.Single(entry => entry.Key.Name == name).Value;
        manual_seed(5);
        return ((made.Make(), made), made.Input());
    }
}
