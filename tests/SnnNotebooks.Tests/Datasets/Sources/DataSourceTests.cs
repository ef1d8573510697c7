using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Events;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Sources;

public sealed class DataSourceTests : IDisposable
{
    private readonly DataFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ImageNets_flat_validation_images_get_their_labels_from_the_ground_truth(bool official)
    {
        OfficialLayouts.Write(folder.Path, "imagenet");
        OfficialLayouts.FlattenValidation(Path.Combine(folder.Path, "imagenet"), official);

        using var data = Open("imagenet", new InputShape(InputKind.Images, 1, 3, 16, 16));

        Assert.Equal([0, 1, 1], data.Test.Batches(8, null).Single().Labels.Numbers<long>());
        var truth = Directory.GetFiles(Path.Combine(folder.Path, "imagenet"), "*al*.*", SearchOption.AllDirectories)
            .Single(path => path.EndsWith(".csv", StringComparison.Ordinal) || path.EndsWith("truth.txt", StringComparison.Ordinal));
        File.WriteAllText(truth, official ? "2\n3\n1\n" : "ImageId,PredictionString\nILSVRC2012_val_00000001,n01440764\n");
        var refused = Assert.Throws<DatasetException>(() => Open("imagenet", new InputShape(InputKind.Images, 1, 3, 16, 16)));
        Assert.StartsWith(truth, refused.Message, StringComparison.Ordinal);
        Assert.Contains("ILSVRC2012_val_00000002.JPEG", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imagenet", InputKind.Images, 3)]
    [InlineData("n-mnist", InputKind.EventFrames, 2)]
    [InlineData("shd", InputKind.SpikeTrains, 700)]
    public void What_an_epoch_holds_depends_on_the_seed_alone(string name, InputKind kind, int channels)
    {
        OfficialLayouts.Write(folder.Path, name);
        using var data = Open(name,
            new InputShape(kind, 4, channels, kind == InputKind.SpikeTrains ? 1 : 16, kind == InputKind.SpikeTrains ? 1 : 16));
        var recipe = TrainingRecipes.Plain with { Crop = new CropRange(16), EventAugmentation = true, RandAugment = "rand-m9-n1" };
        var set = data.Train.ForLearning(recipe);
        var threads = get_num_threads();

        var first = Epoch(set, 7);
        set_num_threads(threads == 1 ? 3 : 1);
        var again = Epoch(set, 7);
        var other = Epoch(set, 8);
        set_num_threads(threads);

        Assert.Equal(first.Labels, again.Labels);
        Assert.Equal(first.Values, again.Values);
        Assert.NotEqual(first.Labels.Concat(first.Values.Select(value => (long)(value * 1000))),
            other.Labels.Concat(other.Values.Select(value => (long)(value * 1000))));
    }

    [Fact]
    public void Events_are_counted_where_the_network_looks_and_none_is_lost()
    {
        OfficialLayouts.Write(folder.Path, "n-mnist");
        using var full = Open("n-mnist", new InputShape(InputKind.EventFrames, 4, 2, 34, 34));
        using var half = Open("n-mnist", new InputShape(InputKind.EventFrames, 4, 2, 17, 17));

        var frames = full.Test.Batches(1, null).First().Inputs;
        var small = half.Test.Batches(1, null).First().Inputs;

        Assert.Equal([1, 4, 2, 34, 34], frames.shape);
        Assert.Equal(EventSamples.Events.Length, (int)frames.sum().item<float>());
        using var pooled = nn.functional.avg_pool2d(frames.flatten(0, 1), 2) * 4;
        Assert.Equal(pooled.view(1, 4, 2, 17, 17).Numbers<float>(), small.Numbers<float>());
        var recording = EventRecording.Load(EventFolders.Open(Path.Combine(folder.Path, "n-mnist", "Test")).Items[0].Path);
        using var direct = EventFrames.Of(new EventRecording(
            34, 34, recording.Times.ToArray(), recording.X.ToArray(), recording.Y.ToArray(), recording.On.ToArray()), FrameRule.Number(4));
        Assert.Equal(direct.Numbers<float>(), frames.Numbers<float>());
    }

    [Fact]
    public void Spikes_are_counted_in_bins()
    {
        var shd = Directory.CreateDirectory(Path.Combine(folder.Path, "shd")).FullName;
        OfficialLayouts.Speech(Path.Combine(shd, "shd_train.h5"), 2);
        OfficialLayouts.Speech(Path.Combine(shd, "shd_test.h5"), 2);

        using var data = Open("shd", new InputShape(InputKind.SpikeTrains, 14, 700, 1, 1));
        var spikes = data.Train.Batches(2, null).Single().Inputs;

        // sample 1 has spikes at 0, 0.1, 0.2 and 0.3 s, of units 699 down; 14 bins take 1.4 s
        Assert.Equal([2, 14, 700], spikes.shape);
        Assert.Equal(7, (int)spikes.sum().item<float>());
        Assert.Equal(1, spikes[1, 2, 697].item<float>() + spikes[1, 1, 697].item<float>());
        Assert.Equal(1, spikes[1, 0, 699].item<float>());
    }

    [Fact]
    public void Pictures_are_repeated_over_time_for_networks_of_frames_and_of_clips()
    {
        OfficialLayouts.Write(folder.Path, "mnist");
        using var frames = Open("mnist", new InputShape(InputKind.EventFrames, 3, 1, 28, 28));
        using var clips = Open("mnist", new InputShape(InputKind.Video, 3, 1, 28, 28));

        var (inputs, video) = (frames.Train.Batches(2, null).First().Inputs, clips.Train.Batches(2, null).First().Inputs);

        Assert.Equal([2, 3, 1, 28, 28], inputs.shape);
        Assert.Equal(inputs[0, 0].Numbers<float>(), inputs[0, 2].Numbers<float>());
        Assert.Equal([2, 1, 3, 28, 28], video.shape);
        Assert.Contains("each picture is shown for 3 time steps", string.Concat(frames.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_is_spread_over_the_set_and_a_folder_of_ones_own_is_split()
    {
        OfficialLayouts.Write(folder.Path, "imagenet");
        using var part = DataSources.Get("imagenet").Open(
            new DataRequest(new InputShape(InputKind.Images, 1, 3, 16, 16)) { Partial = true, Limit = 2 });
        Assert.Equal([0, 1], part.Train.Batches(8, null).Single().Labels.Numbers<long>());

        for (var image = 0; image < 20; image++)
        {
            OfficialLayouts.Put(Path.Combine(folder.Path, "mine", image % 2 == 0 ? "a" : "b", $"{image}.jpg"), OfficialLayouts.Jpeg);
        }

        using var mine = DataSources.Get("folder:" + Path.Combine(folder.Path, "mine"))
            .Open(new DataRequest(new InputShape(InputKind.Images, 1, 3, 16, 16)));
        Assert.Equal((18, 2), (mine.Train.Count, mine.Test.Count));
        Assert.Contains("has no split of its own", Assert.Single(mine.Remarks), StringComparison.Ordinal);
    }

    private static LabelledData Open(string name, InputShape shape) =>
        DataSources.Get(name).Open(new DataRequest(shape) { Partial = true });

    private static (long[] Labels, float[] Values) Epoch(TrainingSet set, int seed)
    {
        var batches = set.Batches(3, seed).ToList();
        return ([.. batches.SelectMany(batch => batch.Labels.Numbers<long>())],
            [.. batches.SelectMany(batch => batch.Inputs.Numbers<float>())]);
    }
}
