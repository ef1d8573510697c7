using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Models;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingRecipe Short = TrainingRecipes.Plain with
    {
        Epochs = 8, BatchSize = 16, Schedule = TrainingRecipes.Plain.Schedule with { Peak = 1e-2 },
    };

    private static readonly ConvSnnOptions Tiny = new(Channels: 8, Hidden: 32, Classes: 2, TimeSteps: 4, ImageSize: 8);

    [Fact]
    public void Scores_of_the_views_of_an_input_are_summed()
    {
        // two inputs of three views: the first is of class 1 by the sum, though two of its views say 0
        using var scope = NewDisposeScope();
        var views = tensor(new float[,] { { 2, 1 }, { 2, 1 }, { 0, 9 }, { 5, 0 }, { 0, 1 }, { 0, 1 } });
        var set = new TrainingSet(2, ["a", "b"], (size, _) => Enumerable.Range(0, 2).Chunk(size)
            .Select(
                rows => (views.narrow(0, rows[0] * 3, rows.Length * 3).clone(), tensor(rows.Select(row => row == 0 ? 1L : 0L).ToArray()))))
        {
            Views = 3,
        };

        Assert.Equal(1, Evaluator.Confusion(nn.Identity(), set, batchSize: 3).Accuracy);
        Assert.Equal(1, Evaluator.Confusion(nn.Identity(), set, batchSize: 64).Accuracy);
    }

    [Fact]
    public void A_network_learns_what_can_be_learned_the_same_way_each_time()
    {
        var (first, accuracy) = Train(Short);
        var (second, _) = Train(Short);

        Assert.Equal(first.Epochs.Select(epoch => epoch.TrainLoss), second.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.True(accuracy > 0.9, string.Join("; ", first.Epochs));
        Assert.Equal(accuracy, first.Epochs[^1].TestAccuracy);
        Assert.False(first.Cancelled);
    }

    [Fact]
    public void Cross_entropy_learns_too()
    {
        var (_, accuracy) = Train(Short with { Loss = RateLoss.CrossEntropy });

        Assert.True(accuracy > 0.9, $"accuracy {accuracy}");
    }

    [Fact]
    public void The_number_of_live_tensors_does_not_grow()
    {
        using var data = Stripes(64);
        using var network = new ConvSnn(Tiny);
        void Fit(int epochs) => new Trainer(TrainingRecipes.Plain with { Epochs = epochs, BatchSize = 8 }).Fit(network, data, data);

        Fit(1);
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        Fit(10);

        Assert.InRange(SnnNotebooks.TestSupport.LiveTensors.Settled(), 0, before + 5);
    }

    [Fact]
    public void A_stopped_run_keeps_its_finished_epochs()
    {
        using var data = Stripes(32);
        using var network = new ConvSnn(Tiny);
        using var stop = new CancellationTokenSource();
        var progress = new Told(value =>
        {
            if (value is { Epoch: 2, Batch: 1 })
            {
                stop.Cancel();
            }
        });

        var history = new Trainer(TrainingRecipes.Plain with { Epochs = 5, BatchSize = 8 }).Fit(
            network, data, data, progress, cancellation: stop.Token);

        Assert.True(history.Cancelled);
        Assert.Single(history.Epochs);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_the_place_and_advice()
    {
        using var images = full([4, 1, 8, 8], float.NaN);
        using var labels = zeros(4, dtype: ScalarType.Int64);
        using var data = new ImageDataset(images.clone(), labels.clone(), ["a", "b"]);
        using var network = new NotANumber();

        var stopped = Assert.Throws<InvalidOperationException>(() => new Trainer(TrainingRecipes.Plain).Fit(network, data, data));

        Assert.Contains("epoch 1, step 1 of 1", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("lower the learning rate", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using var data = Stripes(4);
        using var network = new ConvSnn(Tiny);

        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(TrainingRecipes.Plain with { Epochs = 0 }).Fit(network, data, data));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvSnn(new ConvSnnOptions(ImageSize: 30)));
    }

    [Fact]
    public void A_confusion_matrix_counts()
    {
        var confusion = new ConfusionMatrix(["a", "b"]);
        confusion.Add(0, 0);
        confusion.Add(0, 1);
        confusion.Add(1, 1);
        confusion.Add(1, 1);

        Assert.Equal(0.75, confusion.Accuracy);
        Assert.Equal(1, confusion[0, 1]);
        Assert.Equal(4, confusion.Total);
    }

    private static (TrainingHistory History, double Accuracy) Train(TrainingRecipe recipe)
    {
        using var train = Stripes(128);
        using var test = Stripes(64);
        manual_seed(1);
        using var network = new ConvSnn(Tiny);
        var history = new Trainer(recipe).Fit(network, train, test);
        return (history, Evaluator.Confusion(network, test).Accuracy);
    }

    // class 0 has its bright half on the left, class 1 on top
    private static ImageDataset Stripes(int count)
    {
        using var scope = NewDisposeScope();
        manual_seed(count);
        var images = rand(count, 1, 8, 8) * 0.3;
        var labels = arange(count, dtype: ScalarType.Int64).remainder(2);
        for (var i = 0; i < count; i++)
        {
            var bright = images[i].narrow(i % 2 == 0 ? 2 : 1, 0, 4);
            bright.add_(0.7);
        }

        return new ImageDataset(images, labels, ["left", "top"]);
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }

    private sealed class NotANumber : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear layer = nn.Linear(64, 2);

        public NotANumber()
            : base(nameof(NotANumber)) => RegisterComponents();

        public override Tensor forward(Tensor input) => layer.call(input.flatten(1));
    }
}
