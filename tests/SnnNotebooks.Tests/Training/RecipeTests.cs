using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

public sealed class RecipeTests
{
    private static readonly TrainingRecipe Plain = new(
        OptimizerKind.AdamW, new LearningRateSchedule(1e-2, 1e-4, 1, 1e-3), 12, 16, WeightDecay: 0.05, DecaysVectors: false);

    [Fact]
    public void The_schedule_is_timms()
    {
        var schedule = new LearningRateSchedule(5e-4, 1e-5, 20, 1e-6);
        Assert.Equal(1e-6, schedule.At(0.9, 300));
        Assert.Equal(1e-6 + (10 * (5e-4 - 1e-6) / 20), schedule.At(10, 300), 1e-18);
        Assert.Equal(1e-5 + (0.5 * (5e-4 - 1e-5) * (1 + Math.Cos(Math.PI * 20 / 300))), schedule.At(20.5, 300), 1e-18);
        Assert.Equal(1e-5, schedule.At(305, 300));
        Assert.Equal(1e-3 * 0.01, new LearningRateSchedule(1e-3, Shape: ScheduleShape.Steps).At(130, 192), 1e-12);
        var half = new LearningRateSchedule(1, 0, 10, 0, ScheduleShape.CosineAfterWarmUp, PerIteration: true);
        Assert.Equal(0.25, half.At(2.5, 110));
        Assert.Equal(0.5, half.At(60, 110), 1e-12);
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void Steps_are_those_of_TorchSharps_optimizers(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var ours = nn.Linear(5, 3);
        using var theirs = nn.Linear(5, 3);
        theirs.load_state_dict(ours.state_dict());
        using var rule = new UpdateRule(
            Plain with { Optimizer = kind, DecaysVectors = true }, ours.named_parameters().Select(entry => (entry.name, entry.parameter)));
        using optim.Optimizer optimizer = kind == OptimizerKind.AdamW
            ? optim.AdamW(theirs.parameters(), lr: 1e-2, weight_decay: 0.05)
            : optim.SGD(theirs.parameters(), 1e-2, momentum: 0.9, weight_decay: 0.05);
        for (var i = 0; i < 20; i++)
        {
            var x = randn(4, 5);
            rule.Clear();
            ours.call(x).square().mean().backward();
            rule.Step(1e-2);
            optimizer.zero_grad();
            theirs.call(x).square().mean().backward();
            optimizer.step();
        }

        Assert.True((ours.weight! - theirs.weight!).abs().max().item<float>() < 1e-6);
        Assert.True((ours.bias! - theirs.bias!).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Augmented_images_are_new_in_every_epoch_the_same_for_a_seed_and_as_they_are_without_a_recipe()
    {
        using var scope = NewDisposeScope();
        using var images = Noise(1);
        var recipe = Plain with { RandAugment = "rand-m9-n1-mstd0.4-inc1", Erasing = new() };
        var set = images.ToTrainingSet().ForLearning(recipe);

        Assert.Equal(Values(set, 5, 7), Values(set, 5, 7));
        Assert.NotEqual(Values(set, 5, 7), Values(set, 5, 8));
        Assert.Equal([5, 1, 10, 10], set.Batches(5, 7).First().Inputs.shape);
        Assert.Equal([0, 1, 2, 0, 1], set.Batches(5, null).First().Labels.data<long>().ToArray());
        var plain = images.Images.data<float>().ToArray();
        Assert.Equal(plain, Values(images.ToTrainingSet().ForLearning(Plain), 12, null));
        Assert.Equal(plain, Values(images.ToTrainingSet().ForLearning(Plain with { Erasing = new(Probability: 0) }), 12, null));
        Assert.Equal(plain, Values(images.ToTrainingSet().ForTest(recipe), 12, null));
    }

    [Fact]
    public void Images_are_cropped_and_scaled_for_learning_and_for_the_test()
    {
        using var scope = NewDisposeScope();
        using var images = Noise(3);
        var recipe = Plain with { Crop = new CropRange(6), TestCrop = new MiddleCrop(8, 4),
            Normalisation = new ChannelScale([0.5f, 0.4f, 0.3f], [0.5f, 0.25f, 2f]) };
        var set = images.ToTrainingSet();

        Assert.Equal([12, 3, 6, 6], set.ForLearning(recipe).Batches(12, 1).Single().Inputs.shape);
        Assert.Equal([12, 3, 4, 4], set.ForTest(recipe).Batches(12, null).Single().Inputs.shape);
        var scaled = set.ForTest(recipe with { TestCrop = null }).Batches(12, null).Single().Inputs;
        Assert.True((scaled[0, 1] - ((images.Images[0, 1] - 0.4f) / 0.25f)).abs().max().item<float>() < 1e-6);
        Assert.True((scaled[3, 2] - ((images.Images[3, 2] - 0.3f) / 2f)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Clips_and_event_frames_are_prepared_with_one_draw_for_all_their_frames()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var still = randint(0, 256, [6, 1, 3, 12, 12]).to(ScalarType.Byte).repeat(1, 4, 1, 1, 1);
        using var clips = new ClipDataset(still, arange(6, dtype: ScalarType.Int64) % 2, ["a", "b"]);
        var recipe = Plain with { Crop = new CropRange(8), RandAugment = "rand-m5-n2-mstd0.25",
            Erasing = new(1, SnnNotebooks.Datasets.Images.Transforms.Erasure.Constant), Repeats = 2 };
        var set = clips.ToTrainingSet().ForLearning(recipe);
        Assert.Equal(12, set.Count);
        var (video, labels) = set.Batches(4, 5).First();
        Assert.Equal([4, 3, 4, 8, 8], video.shape);
        Assert.Equal(labels[0].item<long>(), labels[1].item<long>());
        Assert.True(video.select(2, 0).equal(video.select(2, 3)).all().item<bool>());
        Assert.False(video[0].equal(video[1]).all().item<bool>());

        var frames = randint(0, 5, [6, 1, 2, 12, 12]).to(ScalarType.Float32).repeat(1, 4, 1, 1, 1);
        var events = FrameTrainingSet.Of(frames, arange(6, dtype: ScalarType.Int64) % 2, ["a", "b"])
            .ForLearning(Plain with { EventAugmentation = true, FrameSubset = 3 });
        var (chosen, _) = events.Batches(6, 5).Single();
        Assert.Equal([6, 3, 2, 12, 12], chosen.shape);
        Assert.True(chosen.select(1, 0).equal(chosen.select(1, 2)).all().item<bool>());
    }

    [Fact]
    public void What_cannot_be_followed_is_refused_by_name_before_anything_is_trained_and_can_be_left_out()
    {
        using var data = Halves(16);
        using var network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2));
        var before = network.parameters().First().detach().clone();
        var recipe = TrainingRecipes.All["spikformer-cifar"] with { Epochs = 1, Cooldown = 0, BatchSize = 8 };

        var refused = Assert.Throws<ArgumentException>(() => new Trainer(recipe).Fit(network, data, data));
        Assert.Contains("asks for RecipePart.Normalisation, which", refused.Message, StringComparison.Ordinal);
        Assert.True(before.equal(network.parameters().First()).all().item<bool>());

        var followed = recipe.Without(RecipePart.MixedPrecision, RecipePart.Normalisation, RecipePart.TestViews);
        Assert.Equal([RecipePart.Normalisation, RecipePart.MixedPrecision], followed.LeftOut);
        Assert.Single(new Trainer(followed).Fit(network, data, data).Epochs);
    }

    [Fact]
    public void Temporal_efficient_training_wants_scores_at_every_step()
    {
        using var data = Halves(16);
        using var rates = nn.Sequential(nn.Flatten(), nn.Linear(64, 2));
        var recipe = Plain with { Loss = RateLoss.TemporalEfficient, TemporalPull = 0.1, Epochs = 1, BatchSize = 16 };
        Assert.Contains("[T, B, classes]", Assert.Throws<ArgumentException>(() => new Trainer(recipe).Fit(rates, data, data)).Message,
            StringComparison.Ordinal);

        manual_seed(4);
        using var steps = new Steps();
        using var scope = NewDisposeScope();
        var expected = SnnNotebooks.Learning.Losses.TemporalEfficientTraining(steps.call(data.Images), data.Labels, 0.1);
        var history = new Trainer(recipe).Fit(steps, data, data);
        Assert.Equal(expected.item<float>(), history.Epochs[0].TrainLoss, 1e-5);
    }

    [Fact]
    public void The_network_is_left_with_the_average_of_its_weights()
    {
        using var data = Halves(16);
        using var folder = new TemporaryFolder();
        using var network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2));
        new Trainer(Plain with { Epochs = 2, AverageDecay = 0.9 }).Fit(network, data, data, stateFile: folder.File("state"));
        using var state = SnnNotebooks.Exchange.Checkpoint.Read(folder.File("state"));
        var kept = state.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.True(kept["average.1.weight"].equal(network.parameters().First()).all().item<bool>());
        Assert.False(kept["network.1.weight"].equal(network.parameters().First()).all().item<bool>());
    }

    [Fact]
    public void Every_option_learns_and_the_same_way_each_time()
    {
        foreach (var recipe in new[]
        {
            Plain,
            Plain with { LabelSmoothing = 0.1, Mixup = 0.5, CutMix = 1, MixupOffEpoch = 3, ClipNorm = 1, Accumulation = 2, BatchSize = 8,
                AverageDecay = 0.9 },
        })
        {
            var (first, accuracy) = Train(recipe, null);
            var (second, _) = Train(recipe, null);
            Assert.Equal(first.Epochs.Select(epoch => epoch.TrainLoss), second.Epochs.Select(epoch => epoch.TrainLoss));
            Assert.True(first.Epochs[^1].TrainLoss < first.Epochs[0].TrainLoss, $"{recipe}: {string.Join("; ", first.Epochs)}");
            Assert.True(accuracy > 0.75, $"{recipe}: {accuracy}");
        }
    }

    [Fact]
    public void A_cancelled_run_goes_on_and_another_runs_state_is_refused()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        using var stop = new CancellationTokenSource();
        var (begun, _) = Train(Plain, state, stop);
        Assert.True(begun.Cancelled);
        var (resumed, _) = Train(Plain, state);
        var (whole, _) = Train(Plain, null);
        Assert.Equal(whole.Epochs.Select(epoch => (epoch.TrainLoss, epoch.TestAccuracy)),
            resumed.Epochs.Select(epoch => (epoch.TrainLoss, epoch.TestAccuracy)));

        var other = Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => Train(Plain with { BatchSize = 17 }, state));
        Assert.Contains("another run: the recipe's BatchSize is 17 and was 16", other.Message, StringComparison.Ordinal);
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..1000]);
        Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => Train(Plain, state));
    }

    [Fact]
    public void A_budget_ends_a_run_after_a_whole_epoch_and_a_larger_one_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var (begun, _) = Train(Plain, folder.File("state"), budget: TimeSpan.FromTicks(1));
        Assert.False(begun.Cancelled);
        Assert.Single(begun.Epochs);

        var (ended, _) = Train(Plain, folder.File("state"), budget: TimeSpan.FromTicks(1));
        Assert.Equal(begun.Epochs, ended.Epochs);

        var (resumed, _) = Train(Plain, folder.File("state"), budget: TimeSpan.FromDays(1));
        var (whole, _) = Train(Plain, null);
        Assert.Equal(whole.Epochs.Select(epoch => (epoch.TrainLoss, epoch.TestAccuracy)),
            resumed.Epochs.Select(epoch => (epoch.TrainLoss, epoch.TestAccuracy)));
    }

    [Fact]
    public void The_papers_recipes_are_in_range()
    {
        Assert.Equal(21, TrainingRecipes.All.Count);
        Assert.All(TrainingRecipes.All.Values, recipe => recipe.Check());
        Assert.Equal(310, TrainingRecipes.All["spikformer-imagenet"].AllEpochs);
    }

    [Fact]
    public void Gradients_of_two_batches_are_those_of_one_of_both()
    {
        var (whole, _, _) = Step(Plain with { BatchSize = 8 }, 1);
        var (halves, _, _) = Step(Plain with { BatchSize = 4, Accumulation = 2 }, 2);

        Assert.True((whole - halves).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void The_norm_of_the_gradient_is_clipped_and_the_average_follows_the_weights()
    {
        var sgd = Plain with { Optimizer = OptimizerKind.Sgd, WeightDecay = 0,
            Schedule = new LearningRateSchedule(1, Shape: ScheduleShape.Constant), ClipNorm = 1e-3, AverageDecay = 0.75 };
        var (after, before, average) = Step(sgd, 1);

        Assert.Equal(1e-3, (after - before).norm().item<float>(), 1e-6);
        Assert.True((average! - ((before * 0.75) + (after * 0.25))).abs().max().item<float>() < 1e-7);
    }

    // one step of a linear classifier on eight inputs: weights after and before, and their running average
    private static (Tensor After, Tensor Before, Tensor? Average) Step(TrainingRecipe recipe, int batches)
    {
        using var folder = new TemporaryFolder();
        manual_seed(1);
        using var network = nn.Linear(6, 3, hasBias: false);
        var before = network.weight!.detach().clone();
        using var run = new TrainingRun(network, recipe, 1, 8);
        run.Learn([.. randn(8, 6).chunk(batches).Zip(arange(8, dtype: ScalarType.Int64).remainder(3).chunk(batches))]);
        run.Save(folder.File("state"));
        using var state = SnnNotebooks.Exchange.Checkpoint.Read(folder.File("state"));
        var average = state.Tensors.Where(entry => entry.Key == "average.weight").Select(entry => entry.Value.clone()).FirstOrDefault();
        return (network.weight!.detach().clone(), before, average);
    }

    [Fact]
    public void A_state_that_was_changed_anywhere_is_refused_and_one_without_checksum_still_loads()
    {
        using var folder = new TemporaryFolder();
        using var network = nn.Linear(2, 2);
        using var run = new TrainingRun(network, Plain, 1, 32);
        run.Learn([(ones(16, 2), zeros(16, ScalarType.Int64))]);
        var path = folder.File("state");
        run.Save(path);
        run.Load(path);
        Assert.Equal(1, run.Step);
        var good = File.ReadAllBytes(path);
        for (var at = 8; at < good.Length; at += 3)
        {
            var bad = good.ToArray();
            bad[at] ^= (byte)(1 << (at % 8));
            if (bad[at] == ' ' || good[at] == ' ')
            {
                continue; // the filling between header and tensors
            }

            File.WriteAllBytes(path, bad);
            Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => run.Load(path));
            Assert.Equal(1, run.Step);
        }

        // files of before there was a checksum name no device either
        File.WriteAllBytes(path, good);
        Rewrite(metadata => Array.ForEach(["sha256", "device"], field => metadata.Remove(field)));
        run.Load(path);
        foreach (var (name, value) in new[] { ("step", "-1"), ("step", "3"), ("updates", "-5"), ("correct", "17"), ("seen", "-1"),
            ("loss", "NaN"), ("results", "[null]"), ("results", "[{\"Epoch\":7}]"), ("results", "null") })
        {
            File.WriteAllBytes(path, good);
            Rewrite(metadata => (metadata[name], metadata["sha256"]) = (value, string.Empty));
            Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => run.Load(path));
            Rewrite(metadata => metadata.Remove("sha256"));
            Assert.Contains("damaged training state",
                Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => run.Load(path)).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, good);
        Rewrite(metadata => Array.ForEach(["sha256", "device"], field => metadata.Remove(field)), ScalarType.Float16);
        Assert.Contains("of shape", Assert.Throws<SnnNotebooks.Exchange.CheckpointException>(() => run.Load(path)).Message,
            StringComparison.Ordinal);

        void Rewrite(Action<Dictionary<string, string>> change, ScalarType? type = null)
        {
            using var scope = NewDisposeScope();
            using var state = SnnNotebooks.Exchange.Checkpoint.Read(path);
            var metadata = state.Metadata.ToDictionary();
            change(metadata);
            SnnNotebooks.Exchange.Safetensors.Write(path,
                [.. state.Tensors.Select(entry => (entry.Key, type is { } other ? entry.Value.to(other) : entry.Value.clone()))], metadata);
        }
    }

    private static (TrainingHistory History, double Accuracy) Train(
        TrainingRecipe recipe, string? state, CancellationTokenSource? stop = null, TimeSpan? budget = null)
    {
        using var data = Halves(128);
        manual_seed(1);
        using var network = new ConvSnn(new ConvSnnOptions(Channels: 8, Hidden: 32, Classes: 2, ImageSize: 8));
        var history = new Trainer(recipe) { Budget = budget }.Fit(
            network, data, data, new Told(stop), state, saveEvery: 3, cancellation: stop?.Token ?? default);
        return (history, Evaluator.Confusion(network, data).Accuracy);
    }

    private static ImageDataset Noise(int channels)
    {
        manual_seed(3);
        return new ImageDataset(randint(0, 256, [12, channels, 10, 10]).to(ScalarType.Float32) / 255, arange(12) % 3, ["a", "b", "c"]);
    }

    private static float[] Values(TrainingSet set, int size, int? seed) =>
        [.. set.Batches(size, seed).SelectMany(batch => batch.Inputs.data<float>().ToArray())];

    // class 0 is bright on the left, class 1 on top
    private static ImageDataset Halves(int count)
    {
        using var scope = NewDisposeScope();
        manual_seed(count);
        var images = rand(count, 1, 8, 8) * 0.3;
        for (var i = 0; i < count; i++)
        {
            images[i].narrow(i % 2 == 0 ? 2 : 1, 0, 4).add_(0.7);
        }

        return new ImageDataset(images, arange(count, dtype: ScalarType.Int64).remainder(2), ["left", "top"]);
    }

    // a linear classifier whose scores grow from step to step
    private sealed class Steps : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> layer = nn.Linear(64, 2);

        public Steps()
            : base(nameof(Steps)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scores = layer.call(input.flatten(1));
            return stack([scores, scores * 2, scores * 3]);
        }
    }

    private sealed class Told(CancellationTokenSource? stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is { Epoch: 3, Batch: 2, Finished: null })
            {
                stop?.Cancel();
            }
        }
    }
}
