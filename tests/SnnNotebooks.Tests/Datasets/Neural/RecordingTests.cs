using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class RecordingTests
{
    [Fact]
    public void A_reaching_recording_is_binned_as_the_published_code_does()
    {
        var writer = new MatBytes();
        byte[] Train(params double[] times) => writer.Doubles("", [times.Length, 1], times);
        double[] Table(params (int Column, double Value)[] set)
        {
            var row = new double[13];
            foreach (var (column, value) in set)
            {
                row[column] = value;
            }

            return row;
        }

        double[][] trials = [Table((1, 3), (9, 1), (12, 1.5)), Table((1, 6), (9, 4), (12, 4.25))];
        var table = writer.Doubles(
            "trial_table", [2, 13], [.. Enumerable.Range(0, 13).SelectMany(column => trials.Select(trial => trial[column]))]);
        var units = writer.Struct("units", [1, 2], ["id", "ts"], Train(1), Train(1.0, 1.25, 1.3, 9), Train(2), Train(4.1));
        var samples = writer.Doubles("vel", [3, 3], 1.0, 1.3, 4.0, 10, 20, 30, -1, -2, -3);
        var recording = writer.Struct("out_struct", [1, 1], ["units", "vel", "pos"], units, samples, writer.Element(14, []));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("m.mat"), writer.File(recording, writer.Packed(table)));
        using var reaching = MonkeyReaching.FromMat(folder.File("m.mat"), 0.25);

        // arange(1, 1.75, 0.25) has edges 1, 1.25, 1.5; a spike on an inner edge counts on both sides, as published
        Assert.Equal([2, 1], reaching.TrialLengths);
        Assert.Equal([3, 3, 6], reaching.Directions);
        Assert.Equal([2 / 0.25, 0, 2 / 0.25, 0, 0, 1 / 0.25], reaching.Rates.data<double>().ToArray());
        Assert.Equal([10, -1, 20, -2, 30, -3], reaching.Velocity.data<double>().ToArray());
        Assert.True(reaching.Position.isnan().all().ToBoolean());
        File.WriteAllBytes(folder.File("m.mat"), writer.File(recording));
        Assert.Contains("no variable trial_table",
            Assert.Throws<DatasetException>(() => MonkeyReaching.FromMat(folder.File("m.mat"))).Message, StringComparison.Ordinal);
    }

    [SharedFact("data/monkey_m1_chewie/firing_rates.npy")]
    public void Chewie_holds_what_its_README_says()
    {
        using var scope = NewDisposeScope();
        using var reaching = MonkeyReaching.FromArrays(Repository.SharedPath("data/monkey_m1_chewie")!);

        Assert.Equal([1640, 174], reaching.Rates.shape);
        Assert.Equal(159, reaching.TrialLengths.Count);
        Assert.Equal((9, 14), (reaching.TrialLengths.Min(), reaching.TrialLengths.Max()));
        Assert.Equal(2.843916, reaching.Rates.mean().ToDouble(), 6);
        Assert.Equal(210, reaching.Rates.max().ToDouble(), 9);
        var starts = reaching.TrialLengths.Aggregate(new List<int> { 0 }, (list, length) => [.. list, list[^1] + length]);
        Assert.Equal([19, 22, 22, 21, 20, 18, 22, 15],
            Enumerable.Range(0, 8).Select(direction => starts[..^1].Count(start => reaching.Directions[start] == direction)));

        // neurons and behaviour are aligned: ridge with lambda 1e4, every fifth trial held out
        var held = Enumerable.Range(0, 159).SelectMany(
            trial => Enumerable.Range(starts[trial], reaching.TrialLengths[trial]).Select(bin => (bin, Held: trial % 5 == 0))).ToArray();
        Tensor Rows(Tensor all, bool test) =>
            all.index_select(0, tensor(held.Where(row => row.Held == test).Select(row => (long)row.bin).ToArray()));
        var (x, y) = (Rows(reaching.Rates, false), Rows(reaching.Velocity, false));
        var (centreX, centreY) = (x.mean([0]), y.mean([0]));
        var weights = linalg.solve(
            (x - centreX).t().matmul(x - centreX) + (1e4 * eye(174, dtype: float64)), (x - centreX).t().matmul(y - centreY));
        var truth = Rows(reaching.Velocity, true);
        var error = (Rows(reaching.Rates, true) - centreX).matmul(weights) + centreY - truth;
        var r2 = 1 - (error.square().sum([0]) / (truth - truth.mean([0])).square().sum([0]));
        Assert.Equal(0.648, r2[0].ToDouble(), 2);
        Assert.Equal(0.449, r2[1].ToDouble(), 2);
    }

    [SharedFact("data/rat_hippocampus_linear_track/spikes.mat")]
    public void The_rat_on_its_track_holds_what_its_README_says()
    {
        var folder = Repository.SharedPath("data/rat_hippocampus_linear_track")!;
        var units = MatSpikes.Find(MatFile.Read(Path.Combine(folder, "spikes.mat")));
        Assert.Equal(31, units.Count);
        Assert.Equal(new SpikeSummary("mat", 31, 28829, 4397.0023, 6365.147266666667),
            NeuralSummary.Of(Path.Combine(folder, "spikes.mat")));
        using var counts = NumpyArchive.ReadArray(Path.Combine(folder, "spike_counts_per_unit.npy"));
        using var times = NumpyArchive.ReadArray(Path.Combine(folder, "spike_times_s.npy"));
        Assert.Equal(counts.data<long>().ToArray(), units.Select(unit => (long)unit.SpikeTimes.Length));
        Assert.Equal(times.data<double>().ToArray(), units.SelectMany(unit => unit.SpikeTimes.ToArray()));

        var track = PositionTrack.Read(Path.Combine(folder, "trajectory.videoPositionTracking"));
        Assert.Equal(118965, track.Times.Length);
        Assert.Equal(4397.0317, track.Times.Span[0], 4);
        Assert.Equal(6379.4556, track.Times.Span[^1], 4);
        Assert.Equal((133, 554, 479), (track.X.ToArray().Min(), track.X.ToArray().Max(), track.Y.ToArray().Max()));
    }

    [SharedFact("data/retina_rgc/SpTimes.mat")]
    public void Retinal_cells_hold_what_their_README_says()
    {
        var cells = RetinalCells.Load(Repository.SharedPath("data/retina_rgc")!);

        Assert.Equal([31528, 21553, 49954, 43126], cells.Units.Select(unit => unit.SpikeTimes.Length));
        Assert.Equal(144051, cells.Stimulus.Count);
        Assert.All(cells.Stimulus, value => Assert.Equal(0.48, Math.Abs(value), 12));
        Assert.Equal(0.008340605, cells.FrameDuration, 9);
        Assert.Equal(1201.454222, cells.Units[0].SpikeTimes.Span[^1], 5);
    }

    [SharedFact("data/macaque_v4_it_majaj/V4.npy")]
    public void Majaj_Hong_arrays_have_the_published_shapes()
    {
        using var v4 = MacaqueResponses.Objects(Repository.SharedPath("data/macaque_v4_it_majaj")!, "V4");
        using var it = MacaqueResponses.Objects(Repository.SharedPath("data/macaque_v4_it_majaj")!, "IT");

        Assert.Equal([3200, 88], v4.shape);
        Assert.Equal([3200, 168], it.shape);
        Assert.Equal(0.004, it.mean().ToDouble(), 3);
        Assert.Equal(0.37, it.std().ToDouble(), 2);
    }

    [Fact]
    public void Face_neurons_are_kept_by_their_noise_ceiling()
    {
        using var folder = new TemporaryFolder();
        using var responses = arange(12, dtype: float64).reshape(4, 3);
        using var ceilings = tensor(new[] { 0.1, 0.05, 0.5 });
        NumpyWriter.Write(folder.File("AM.npy"), responses);
        NumpyWriter.Write(folder.File("noise_ceiling.npy"), ceilings);
        using var kept = MacaqueResponses.Faces(folder.Path);

        Assert.Equal([0, 2, 3, 5, 6, 8, 9, 11], kept.data<double>().ToArray());
        Assert.Throws<DatasetException>(() => MacaqueResponses.Faces(folder.Path, 0.9));
    }

    [Fact]
    public void A_damaged_track_is_refused_and_a_whole_one_is_binned()
    {
        const string Header = "<Start settings>\nclockrate: 10\nFields: <time uint32><xloc uint16><yloc uint16>\n<End settings>\n";
        byte[] Record(uint time, ushort x, ushort y) =>
            [.. BitConverter.GetBytes(time), .. BitConverter.GetBytes(x), .. BitConverter.GetBytes(y)];
        byte[] bytes = [.. Encoding.ASCII.GetBytes(Header), .. Record(10, 1, 2), .. Record(15, 3, 4), .. Record(30, 7, 8)];
        var track = PositionTrack.Parse(bytes, "track");

        Assert.Equal([1, 1.5, 3], track.Times.ToArray());
        Assert.Equal([(2, 3), (2, 3), (7, 8)], track.Binned(1, 1, 3));
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = length;
            if (length < Header.Length || (length - Header.Length) % 8 != 0)
            {
                Assert.Throws<DatasetException>(() => PositionTrack.Parse(bytes.AsSpan(0, cut), "track"));
            }
        }

        Assert.Throws<DatasetException>(
            () => PositionTrack.Parse(
                Encoding.ASCII.GetBytes(Header.Replace("clockrate: 10", "clockrate: 0", StringComparison.Ordinal)), "track"));
        Assert.Throws<DatasetException>(
            () => PositionTrack.Parse(Encoding.ASCII.GetBytes(Header.Replace("yloc", "zloc", StringComparison.Ordinal)), "track"));
    }
}
