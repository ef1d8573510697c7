using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class TrialCountsTests
{
    private static readonly NeuralUnit[] Units = [new(7, null, [1.0, 1.05, 1.25, 2.0, 2.31]), new(9, "CA1", [1.1, 2.2, 3.0])];

    [Fact]
    public void Stretches_run_from_the_first_spike_to_the_last()
    {
        using var counts = TrialCounts.OfStretches(Units, 0.25, 2);
        Assert.Equal([4, 2, 2], counts.shape); // 1 to 3 s
        Assert.Equal([2, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0], counts.data<float>().ToArray());
    }

    [Fact]
    public void Intervals_give_as_many_bins_as_fit_into_the_shortest()
    {
        var trials = new StimulusTable("trials", [1, 2], [1.4, 2.3], []);
        using var counts = TrialCounts.OfIntervals(Units, trials, 0.1);
        Assert.Equal([2, 3, 2], counts.shape); // 0.3 s, although 0.3 / 0.1 is 2.9999 in binary
        Assert.Equal([2, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1], counts.data<float>().ToArray());
    }

    [Fact]
    public void Frames_are_bins_and_presentations_trials()
    {
        var movie = new StimulusTable("movie", [1, 1.2, 2, 2.2], [1.2, 1.4, 2.2, 2.4], [0, 1, 0, 1]);
        using var counts = TrialCounts.OfFrames(Units, movie);
        Assert.Equal([2, 2, 2], counts.shape);
        Assert.Equal([2, 1, 1, 0, 1, 0, 1, 1], counts.data<float>().ToArray());
    }

    [Fact]
    public void Long_arrays_are_cut_and_their_end_is_dropped()
    {
        using var whole = arange(14, dtype: float32).reshape(7, 2);
        using var counts = TrialCounts.Cut(whole, 3);
        Assert.Equal([2, 3, 2], counts.shape);
        Assert.Equal(11, counts[1, 2, 1].item<float>());
    }

    [Fact]
    public void What_cannot_be_cut_is_refused_with_what_to_do()
    {
        Assert.Contains("choose narrower or fewer bins",
            Assert.Throws<DatasetException>(() => TrialCounts.OfStretches(Units, 1, 10)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => TrialCounts.OfStretches([new NeuralUnit(1, null, [])], 0.1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialCounts.OfStretches([new NeuralUnit(1, null, [0, 1e300])], 0.1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialCounts.OfStretches(Units, double.NaN, 10));
        Assert.Contains("another table",
            Assert.Throws<DatasetException>(
                () => TrialCounts.OfIntervals(Units, new StimulusTable("epochs", [1], [1.01], []), 0.1)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => TrialCounts.OfIntervals(Units, new StimulusTable("epochs", [], [], []), 0.1));
        Assert.Contains("every frame",
            Assert.Throws<DatasetException>(() => TrialCounts.OfFrames(Units, new StimulusTable("movie", [1, 2], [2, 3], [0, 2]))).Message,
            StringComparison.Ordinal);
        using var cube = zeros(2, 2, 2);
        Assert.Throws<ArgumentException>(() => TrialCounts.Cut(cube, 1));
    }
}
