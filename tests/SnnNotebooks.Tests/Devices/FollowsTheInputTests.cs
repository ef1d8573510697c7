using System.Reflection;
using SnnNotebooks.Conversion;
using SnnNotebooks.Latents;
using SnnNotebooks.Memory;
using SnnNotebooks.Monitors;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Neurons;
using SnnNotebooks.Tests.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// Everything computes where its input is. Tried without a GPU: what names no device goes <see cref="Elsewhere"/>, and results and
/// gradients are what they are without.
/// </summary>
public sealed class FollowsTheInputTests
{
    private static readonly string[] Spaces =
    [
        "SnnNotebooks", "SnnNotebooks.Encoders", "SnnNotebooks.Layers", "SnnNotebooks.Learning", "SnnNotebooks.Memory",
        "SnnNotebooks.Conversion", "SnnNotebooks.Energy", "SnnNotebooks.Latents", "SnnNotebooks.Training", "SnnNotebooks.Neurons",
        "SnnNotebooks.Datasets.Images.Transforms",
    ];

    // what only looks at tensors or keeps them, what packs on the CPU alone, and what is made of others in the table
    private static readonly HashSet<string> NoComputing = new(StringComparer.Ordinal)
    {
        "CarriedTensor.Fitting", "CarriedTensor.Keep", "CarriedTensor.Put", "FiniteState.Require", "FloatingPoint.Require",
        "LayerInput.Require", "LayerInput.RequireDevice", "LayerInput.RequireFeatures", "LayerInput.RequireWeights",
        "TensorNumbers.CopyNumbers", "SpikeBits.TryPack", "ConvolutionGeometry.Copy", "VariantComparison.Run", "TrainingSet.Map",
        "ComputeDevice.Of", "LatentModels.Fit", "NeighbourhoodModel",
    };

    public static TheoryData<string> Modules => [.. ModuleTable.Cases.Keys.Select(type => type.Name)];

    public static TheoryData<string> Functions => [.. FunctionTable.Cases.Keys];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_makes_nothing_on_another_device(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Run();
        IReadOnlyList<Tensor> found;
        var (module, made, x) = Made();
        using (new Elsewhere())
        {
            found = Results(module, made, x);
        }

        Same(expected, found);

        IReadOnlyList<Tensor> Run()
        {
            var (module, made, x) = Made();
            return Results(module, made, x);
        }

        (nn.Module, ModuleCase, Tensor) Made()
        {
            var made = ModuleTable.Cases.Single(entry => entry.Key.Name == name).Value;
            manual_seed(5);
            var module = made.Make();
            return (module, made, made.Input().requires_grad_());
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_makes_nothing_on_another_device(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var expected = FunctionTable.Cases[name]()().ToArray();
        manual_seed(5);
        var run = FunctionTable.Cases[name]();
        Tensor[] found;
        using (new Elsewhere())
        {
            found = [.. run()];
        }

        Same(expected, found);
    }

    [Fact]
    public void Training_TiDe_SwapVAE_makes_nothing_on_another_device()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var counts = rand(6, 12, 4).mul(3).floor();
        var options = new TideSwapVaeOptions
        {
            Iterations = 4, Batch = 8, Content = 3, Style = 2, Hidden = 6, State = 4, Window = 3, LargestOffset = 2, NeuronDropout = 0.3,
            CoordinatedDropout = 0.2, ValidationEvery = 2,
        };
        using var plain = new TideSwapVaeModel(options);
        plain.Fit(counts);
        Elsewhere? elsewhere = null;
        using var moved = new TideSwapVaeModel(options) { Progress = new Sudden(() => elsewhere ??= new Elsewhere()) };
        try
        {
            moved.Fit(counts);
        }
        finally
        {
            elsewhere?.Dispose();
        }

        Assert.NotNull(elsewhere);
        Same([plain.Embed(counts)], [moved.Embed(counts)]);
    }

    [Fact]
    public void Fitting_a_forecaster_makes_nothing_on_another_device()
    {
        using var scope = NewDisposeScope();
        var series = arange(60, dtype: ScalarType.Float64, device: CPU).mul(0.3).sin();
        Func<IForecaster>[] forecasters =
        [
            () => new EchoStateNetwork(new EchoStateOptions(Reservoir: 12, Warmup: 5)),
            () => new ForecastingLstm(new ForecastingLstmOptions(Window: 6, Hidden: 4, Epochs: 2)),
        ];
        foreach (var make in forecasters)
        {
            Same([Forecast(make(), null)], [Forecast(make(), () => new Elsewhere())]);
        }

        Tensor Forecast(IForecaster forecaster, Func<IDisposable>? within)
        {
            using var elsewhere = within?.Invoke();
            forecaster.Fit(series);
            using var off = no_grad();
            return forecaster.Network.call(series.narrow(0, 0, 10).unsqueeze(1));
        }
    }

    [Fact]
    public void A_fitted_forecaster_can_be_moved()
    {
        using var scope = NewDisposeScope();
        var network = new EchoStateNetwork(new EchoStateOptions(Reservoir: 12, Warmup: 5));
        network.Fit(arange(60, dtype: ScalarType.Float64).mul(0.3).sin());
        network.to(META);
        Assert.Equal(DeviceType.META, network.call(zeros(3, 1, ScalarType.Float64, META)).device_type);
    }

    [Fact]
    public void Everything_that_computes_is_in_the_table()
    {
        var methods = new[] { typeof(LIFNode).Assembly, typeof(AnnConverter).Assembly, typeof(ILatentModel).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => Spaces.Contains(type.Namespace) && !type.IsInterface && !typeof(Delegate).IsAssignableFrom(type))
            .Where(type => !typeof(nn.Module).IsAssignableFrom(type) || type == typeof(SpikingNeuron))
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && !method.IsAbstract
                && method.Name is not ("Deconstruct" or "PutState" or "Equals" or "forward"))
            .Where(method => Array.Exists(method.GetParameters(), parameter => Mentions(parameter.ParameterType)))
            .Select(method => typeof(ILatentModel).IsAssignableFrom(method.DeclaringType)
                ? method.DeclaringType!.Name
                : $"{method.DeclaringType!.Name}.{method.Name}")
            .Concat(typeof(LIFNode).Assembly.GetExportedTypes()
                .Where(type => !type.IsAbstract && type.BaseType is { IsGenericType: true } monitor
                    && monitor.GetGenericTypeDefinition() == typeof(ModuleMonitor<>))
                .Select(type => type.Name));
        Assert.Empty(methods.Distinct().Except(FunctionTable.Cases.Keys).Except(NoComputing));
    }

    private static bool Mentions(Type type) =>
        type == typeof(Tensor)
        || (!typeof(nn.Module).IsAssignableFrom(type) && type.GetGenericArguments().Any(Mentions))
        || (type.IsArray && Mentions(type.GetElementType()!));

    private static List<Tensor> Results(nn.Module module, ModuleCase made, Tensor x)
    {
        manual_seed(11);
        var first = made.Call(module, x);
        if (module is Recomputed)
        {
            Functional.Reset(module); // it starts from rest only
        }

        var second = made.Call(module, x);
        if (second.requires_grad)
        {
            (first.sum() + second.square().sum()).backward();
        }

        var gradients = module.parameters().Select(parameter => parameter.grad).Append(x.grad).OfType<Tensor>();
        return [first, second, .. gradients];
    }

    private static void Same(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> found)
    {
        Assert.Equal(expected.Count, found.Count);
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.Equal(DeviceType.CPU, other.device_type);
            Assert.True(
                one.detach().equal(other.detach()).logical_or(one.detach().isnan().logical_and(other.detach().isnan())).all().item<bool>());
        }
    }

    /// <summary>Told at once, on the same thread.</summary>
    private sealed class Sudden(Action act) : IProgress<TideProgress>
    {
        public void Report(TideProgress value) => act();
    }
}
