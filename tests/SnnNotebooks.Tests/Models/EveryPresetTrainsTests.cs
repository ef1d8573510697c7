using SnnNotebooks.Models;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>Two steps of every published network, on inputs as small as it takes.</summary>
public sealed class EveryPresetTrainsTests
{
    private const int Classes = 3;

    private static readonly Dictionary<string, string> Twins = new()
    {
        ["_c101"] = "_c1000", ["_cifar100_"] = "_cifar10_", ["svformer_ntu60"] = "svformer_ucf101", ["plif_fashionmnist"] = "plif_mnist",
        ["rsnn_ssc"] = "rsnn_shd",
    };

    /// <summary>Those that another is not, but for the number of classes.</summary>
    public static TheoryData<string> Presets { get; } =
        [.. ModelPresets.All.Select(preset => preset.Name).Where(name => Twin(name) is null)];

    [Fact]
    public void Those_that_are_left_out_are_others_with_another_number_of_classes()
    {
        var twins = ModelPresets.All.Where(preset => Twin(preset.Name) is not null).ToList();
        Assert.NotEmpty(twins);
        Assert.All(twins, preset => Assert.Equal(
            Entries(ModelPresets.Get(Twin(preset.Name)!)), Entries(preset)));

        static IEnumerable<string> Entries(ModelPreset preset) =>
            (preset with { Create = () => preset.For(preset.Shape, Classes) }).Entries()
                .Select(entry => $"{entry.Key} {string.Join(",", entry.Shape)}");
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void It_learns_two_steps(string name)
    {
        var preset = ModelPresets.Get(name);
        var data = preset.TakesFilms
            ? new InputShape(InputKind.Video, 2, 3, 32, 32)
            : preset.Shape with { TimeSteps = 2, Height = Size(preset), Width = Size(preset) };
        var shape = preset.ShapeFor(data, 2, data.Height);
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var network = preset.For(shape, Classes);
        var before = network.parameters().Where(parameter => parameter.requires_grad)
            .Select(parameter => parameter.detach().clone()).ToList();
        var (inputs, labels) = (rand([4, .. shape.Axes]), tensor(new long[] { 0, 1, 2, 0 }));
        var set = new TrainingSet(4, ["a", "b", "c"], (size, _) => Enumerable.Range(0, 4 / size)
            .Select(batch => (inputs.narrow(0, batch * size, size).clone(), labels.narrow(0, batch * size, size).clone())));
        var recipe = TrainingRecipes.Plain with { Epochs = 1, BatchSize = 2, Optimizer = OptimizerKind.Sgd };

        var history = new Trainer(recipe).Fit(network, set, set);

        Assert.True(double.IsFinite(history.Epochs.Single().TrainLoss));
        Assert.Contains(
            network.parameters().Where(parameter => parameter.requires_grad)
                .Zip(before), pair => pair.First.ne(pair.Second).any().item<bool>());
    }

    private static string? Twin(string name)
    {
        var (own, other) = Twins.FirstOrDefault(twin => name.Contains(twin.Key, StringComparison.Ordinal));
        var twin = own is null ? name : name.Replace(own, other, StringComparison.Ordinal);
        return twin != name && !name.Contains("_c1000", StringComparison.Ordinal) && ModelPresets.All.Any(preset => preset.Name == twin)
            ? twin
            : null;
    }

    private static int Size(ModelPreset preset) => preset.Name switch
    {
        _ when preset.Input == InputKind.SpikeTrains => 1,
        _ when preset.Name.Contains("dvsgesture_7b", StringComparison.Ordinal)
            || preset.Name.EndsWith("wide7b", StringComparison.Ordinal) => 128,
        "alexnet" => 64,
        _ => 32,
    };
}
