using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class SpikeAnalysisTests
{
    private static readonly NeuralUnit[] Units =
    [
        new(7, "VISp", [0.0, 0.1, 0.25, 0.3, 1.0]),
        new(8, "VISp2/3", [0.5, 0.2]), // out of order on purpose
        new(9, "VISpm", []),
    ];

    [Fact]
    public void A_bin_takes_a_spike_at_its_start_and_not_one_at_its_end()
    {
        using var counts = SpikeCounts.Binned(Units, 0, 0.25, 4);

        Assert.Equal([4, 3], counts.shape);
        Assert.Equal([2, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0], counts.data<float>().ToArray());
    }

    [Fact]
    public void Events_are_aligned_with_an_offset()
    {
        using var counts = SpikeCounts.Aligned(Units, new[] { 0.25, 1.0 }, -0.125, 0.125, 2);

        // event 0.25: bins [0.125, 0.25) and [0.25, 0.375); event 1.0: [0.875, 1.0) and [1.0, 1.125)
        Assert.Equal([2, 2, 3], counts.shape);
        Assert.Equal([0, 1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0], counts.data<float>().ToArray());
    }

    [Fact]
    public void Windows_of_their_own_are_counted()
    {
        using var counts = SpikeCounts.PerWindow(Units, new[] { 0.0, 0.2, 5.0 }, new[] { 0.3, 0.2, 6.0 });
        Assert.Equal([3, 1, 0, 0, 0, 0, 0, 0, 0], counts.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => SpikeCounts.PerWindow(Units, new[] { 0.0 }, new double[2]));
    }

    [Fact]
    public void Impossible_bins_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikeCounts.Binned(Units, 0, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikeCounts.Binned(Units, 0, double.NaN, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikeCounts.Binned(Units, 0, 0.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikeCounts.Binned(Units, 0, 0.1, int.MaxValue));
        Assert.Throws<DatasetException>(() => new NeuralUnit(1, null, [double.NaN]));
    }

    [Fact]
    public void The_histogram_is_a_mean_rate_with_its_error()
    {
        using var psth = Psth.Around(Units, new[] { 0.0, 0.2 }, 0, 0.2, 1);

        // unit 7: 2 spikes in [0, 0.2), 2 in [0.2, 0.4); unit 8: 0 and 1
        Assert.Equal([10, 2.5f, 0], psth.Rate.data<float>().ToArray());
        Assert.Equal([0, 2.5f, 0], psth.StandardError.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => Psth.Around(Units, Array.Empty<double>(), 0, 0.2, 1));
    }

    [Fact]
    public void A_region_takes_its_layers_and_not_its_neighbours()
    {
        var session = new NeuralSession("s", Units, []);

        Assert.Equal([7, 8], Region.Of(session, "VISp").Select(unit => unit.Id));
        Assert.Equal([9], Region.Of(session, "VISpm").Select(unit => unit.Id));
        Assert.Contains("VISp, VISp2/3, VISpm", Assert.Throws<DatasetException>(() => Region.Of(session, "VISal")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_with_other_stimuli_are_not_pooled()
    {
        using var a = ones(5, 2);
        using var b = zeros(5, 3);
        using var c = zeros(4, 3);
        using var pooled = Region.Pool([a, b]);

        Assert.Equal([5, 5], pooled.shape);
        Assert.Throws<DatasetException>(() => Region.Pool([a, c]));
        Assert.Throws<DatasetException>(() => Region.Pool([]));
    }

    [Fact]
    public void Quality_below_the_mark_is_dropped_and_unknown_quality_is_kept()
    {
        static NeuralUnit Unit(double? isi, double? cutoff, double? presence, string? label = null) =>
            new(1, null, [], new UnitQuality(isi, cutoff, presence, label));

        Assert.True(UnitFilter.Allen.Keeps(Unit(0.49, 0.09, 0.91)));
        Assert.False(UnitFilter.Allen.Keeps(Unit(0.5, 0.09, 0.91)));
        Assert.False(UnitFilter.Allen.Keeps(Unit(0.49, 0.1, 0.91)));
        Assert.False(UnitFilter.Allen.Keeps(Unit(0.49, 0.09, 0.9)));
        Assert.True(UnitFilter.Allen.Keeps(Unit(null, null, null)));
        Assert.False((UnitFilter.Allen with { Labels = ["good"] }).Keeps(Unit(null, null, null, "noise")));
    }

    [Fact]
    public void Reliability_of_noise_is_near_zero_and_of_pure_signal_is_one()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var signal = randn([60, 1, 1], float64, generator: generator);
        var noise = randn([60, 10, 2], float64, generator: generator);
        var constant = ones([60, 10, 1], float64);
        var responses = cat([signal.expand(60, 10, 1), noise, (signal + noise.narrow(2, 0, 1)), constant], 2);
        var reliability = SplitHalf.Reliability(responses, repeats: 50, seed: 1);

        Assert.Equal(1, reliability[0], 10);
        Assert.InRange(reliability[1], -0.6, 0.4);
        Assert.InRange(reliability[2], -0.6, 0.4);

        // one trial has signal to noise 1, so ten have a reliability of 10 / 11
        Assert.InRange(reliability[3], 0.82, 0.96);
        Assert.True(double.IsNaN(reliability[4]));
        Assert.Equal(0.8, SplitHalf.SpearmanBrown(2.0 / 3), 12);
        Assert.Throws<ArgumentException>(() => SplitHalf.Reliability(ones(5, 1, 3)));
    }

    [SharedFact("data/macaque_v4/responses_raw/responses_210325.npy")]
    public void Macaque_V4_halves_correlate_as_its_README_says()
    {
        using var scope = NewDisposeScope();
        var raw = NumpyArchive.ReadArray(Repository.SharedPath("data/macaque_v4/responses_raw/responses_210325.npy")!).permute(1, 2, 0);
        var halves = SplitHalf.Correlation(raw.narrow(1, 0, 3).mean([1]), raw.narrow(1, 3, 3).mean([1])).Order().ToArray();

        Assert.Equal(0.571, (halves[24] + halves[25]) / 2, 3);
        Assert.Equal(0.317, halves[0], 3);
        Assert.Equal(0.839, halves[^1], 3);

        // whole and with missing trials, the corrected figure is higher
        var reliability = SplitHalf.Reliability(raw, repeats: 5);
        Assert.All(reliability, value => Assert.InRange(value, 0.3, 1));
    }

    [SharedFact("data/macaque_v4/responses_raw/responses_210325.npy")]
    public void Macaque_V4_averages_are_those_of_the_raw_trials()
    {
        using var scope = NewDisposeScope();
        var raw = NumpyArchive.ReadArray(Repository.SharedPath("data/macaque_v4/responses_raw/responses_210325.npy")!);
        var averaged = NumpyArchive.ReadArray(Repository.SharedPath("data/macaque_v4/responses_repeat_averaged/responses_210325.npy")!);
        var other = NumpyArchive.ReadArray(Repository.SharedPath("data/macaque_v4/responses_repeat_averaged/responses_201025.npy")!);

        Assert.Equal([50, 640, 10], raw.shape);
        Assert.Equal([50, 640], averaged.shape);
        Assert.Equal([89, 1200], other.shape);
        Assert.Equal(0.24375, raw.isnan().to(float64).mean().ToDouble(), 12);
        Assert.Equal(0, (raw.nan_to_num(0).sum(2) / raw.isnan().logical_not().sum(2) - averaged).abs().max().ToDouble(), 12);
        Assert.Equal(2.371361, averaged.mean().ToDouble(), 6);
        Assert.Equal(3.488609, other.mean().ToDouble(), 6);
    }

    [Fact]
    public void The_authors_arrays_are_written_and_read_back()
    {
        using var folder = new TemporaryFolder();
        using var counts = arange(24, dtype: float64).reshape(3, 4, 2);
        using (var written = new SceneResponses("visp", counts.alias(), [0.9, 0.1], 50))
        {
            written.Save(folder.Path);
        }

        using var read = SceneResponses.Load(folder.Path, "visp", bins: 4);
        using var matrix = read.Matrix();

        Assert.Equal([0.9, 0.1], read.Reliability);
        Assert.Equal([3, 1], matrix.shape);
        Assert.Equal((0 + 2 + 4 + 6) / 50.0 / 25, matrix[0, 0].ToDouble(), 12);
        Assert.Throws<DatasetException>(() => SceneResponses.Load(folder.Path, "visl", bins: 4));
        Assert.Throws<DatasetException>(() => read.Matrix(0.95));
        File.WriteAllBytes(folder.File("shr_visp.npy"), [1, 2, 3]);
        Assert.Contains("shr_visp.npy", Assert.Throws<DatasetException>(() => SceneResponses.Load(folder.Path, "visp", bins: 4)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Movie_counts_keep_neurons_by_rate_and_divide_by_trials()
    {
        using var counts = zeros([900, 1, 2], float64);
        counts[TensorIndex.Colon, 0, 0] = 1; // 900 spikes in 20 times 30 s: 1.5 per second
        counts[0, 0, 1] = 299; // just below 0.5
        using var responses = new MovieResponses("visp", counts.alias(), 20);
        using var matrix = responses.Matrix();

        Assert.Equal(1.5, responses.Rates[0], 12);
        Assert.Equal([900, 1], matrix.shape);
        Assert.Equal(0.05, matrix[5, 0].ToDouble(), 12);
    }

    [Fact]
    public void A_table_that_contradicts_itself_is_refused()
    {
        Assert.Throws<DatasetException>(() => new StimulusTable("t", [1, 2], [2], []));
        Assert.Throws<DatasetException>(() => new StimulusTable("t", [1], [0.5], []));
        Assert.Throws<DatasetException>(() => new StimulusTable("t", [1], [double.NaN], []));
        Assert.Throws<DatasetException>(() => new StimulusTable("t", [1], [2], [long.MaxValue]).RowsByFrame());
        Assert.Throws<DatasetException>(() => new StimulusTable("t", [1], [2], []).RowsByFrame());
        Assert.Equal([[1], [0, 3]], new StimulusTable("t", [1, 2, 3, 4], [2, 3, 4, 5], [1, 0, -1, 1]).RowsByFrame());
    }
}
