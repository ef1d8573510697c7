using SnnNotebooks.Exchange;
using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>What a run's bits depend on besides its recipe: algorithms and device.</summary>
public sealed class DeterminismTests
{
    private static readonly TrainingRecipe Recipe = new(OptimizerKind.AdamW, new LearningRateSchedule(1e-2), 1, 4);

    [Fact]
    public void Deterministic_algorithms_hold_during_the_run_and_end_with_it()
    {
        var during = false;
        var plain = Fit(Recipe, null, () => Assert.False(IsFilled()));
        var deterministic = Fit(Recipe with { Deterministic = true }, null, () => during |= IsFilled());
        Assert.True(during);
        Assert.False(IsFilled());
        Assert.Equal(plain, deterministic);
    }

    [Fact]
    public void The_recipes_field_is_written_only_where_it_is_asked_for()
    {
        Assert.False(RecipeFields.Of(Recipe).ContainsKey(nameof(TrainingRecipe.Deterministic)));
        Assert.Equal("True", RecipeFields.Of(Recipe with { Deterministic = true })[nameof(TrainingRecipe.Deterministic)]);
    }

    [Fact]
    public void A_state_of_another_kind_of_device_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        Fit(Recipe, state, () => { });
        using (var written = Checkpoint.Read(state))
        {
            Assert.Equal("cpu", written.Metadata["device"]);
            var metadata = new Dictionary<string, string>(written.Metadata) { ["device"] = "cuda NVIDIA H200" };
            metadata.Remove("sha256");
            Safetensors.Write(state, [.. written.Tensors.Select(entry => (entry.Key, entry.Value))], metadata);
        }

        var refused = Assert.Throws<CheckpointException>(() => Fit(Recipe, state, () => { }));
        Assert.Contains("the device is cpu and was cuda NVIDIA H200", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Deterministic algorithms fill memory that is not written yet with NaN.</summary>
    private static bool IsFilled()
    {
        using var memory = empty(1000);
        using var filled = memory.isnan().all();
        return filled.item<bool>() && TorchContext.Asked("_ZNK2at7Context23deterministicAlgorithmsEv") is true;
    }

    private static float[] Fit(TrainingRecipe recipe, string? state, Action look)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2));
        var (inputs, labels) = (rand(8, 3), arange(8, dtype: ScalarType.Int64).remainder(2));
        var set = new TrainingSet(8, ["a", "b"], (size, _) => Enumerable.Range(0, 8 / size).Select(i =>
        {
            look();
            return (inputs.narrow(0, i * size, size).clone(), labels.narrow(0, i * size, size).clone());
        }));
        var test = new TrainingSet(0, ["a", "b"], (_, _) => []);
        new Trainer(recipe).Fit(network, set, test, stateFile: state);
        return network.parameters().First().detach().Numbers<float>();
    }
}
