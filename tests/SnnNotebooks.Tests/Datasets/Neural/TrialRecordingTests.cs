using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class TrialRecordingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_rows_of_a_named_table_are_trials_and_its_column_their_conditions()
    {
        var path = folder.File("session.nwb");
        NwbWriter.Write(path, Session(), DateTimeOffset.UnixEpoch);

        using var recording = TrialRecording.Open(
            path, new TrialRecordingOptions { By = "scenes.frame", BinWidth = 0.25, LeastRate = 0 });

        Assert.Equal([3, 4, 2], recording.Counts.shape);
        Assert.Equal([1f, 1, 1, 1], recording.Counts[1, TensorIndex.Colon, 0].data<float>().ToArray());
        Assert.Equal(["7", "8", "7"], recording.Conditions!);
        Assert.Equal("scenes.frame", recording.ConditionName);
        Assert.Equal(["4 (VISp)", "5 (VISl)"], recording.Neurons);
        Assert.Equal((0.25, true, "trials of scenes"), (recording.BinWidth!.Value, recording.Repeats, recording.TrialName));
    }

    [Fact]
    public void A_column_is_found_without_its_table_and_the_table_of_a_file_is_called_trials_too()
    {
        var path = folder.File("session.nwb");
        NwbWriter.Write(path, Session(), DateTimeOffset.UnixEpoch);
        File.WriteAllText(folder.File("day1.csv"), "trial_start,trial_end,side\n0,1,left\n1,2,right\n2,2.2,left\n");
        TrialRecording Opened(string by, string? trials = null, double shortest = 0) => TrialRecording.Open(path, new TrialRecordingOptions
        {
            By = by, Trials = trials, BinWidth = 0.1, LeastRate = 0, Shortest = shortest,
        });

        using var bare = Opened("frame");
        Assert.Equal("scenes.frame", bare.ConditionName);
        using var named = Opened("trials.side", folder.File("day1.csv"));
        Assert.Equal(("day1.side", 2L), (named.ConditionName, named.Counts.shape[1]));
        using var longer = Opened("side", folder.File("day1.csv"), shortest: 0.5);
        Assert.Equal(["left", "right"], longer.Conditions!);
        Assert.Equal([2, 10, 2], longer.Counts.shape);
        Assert.Contains("too short a time, which are left out: 1.", string.Join(" ", longer.Remarks), StringComparison.Ordinal);
        Assert.Contains("lasts 5 s", Assert.Throws<DatasetException>(() => Opened("side", folder.File("day1.csv"), 5)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("struct")]
    [InlineData("records")]
    [InlineData("side by side")]
    public void Trials_of_a_MAT_file_are_found_however_they_are_kept(string kept)
    {
        var mat = new MatBytes();
        double[][] trains = [[0.1, 0.2, 0.4, 1.3, 1.35], [0.5, 0.6, 1.1, 2.4, 2.45]];
        double[] starts = [0, 1, 2], stops = [1, 2, 3];
        string[] sides = ["left", "right", "left"];
        byte[] Column(string name, params double[] values) => mat.Doubles(name, [values.Length, 1], values);
        byte[] Text(string name, string text) => mat.Numbers(4, 16, name, [1, text.Length], 0, System.Text.Encoding.UTF8.GetBytes(text));
        byte[] Texts(string name) => mat.Cells(name, [3, 1], [.. sides.Select(side => Text(string.Empty, side))]);
        byte[][] table = kept switch
        {
            "struct" => [mat.Struct("reaches", [1, 1], ["start", "stop", "side"], Column("", starts), Column("", stops), Texts(""))],
            "records" => [mat.Struct("reaches", [1, 3], ["start_time", "stop_time", "side"], [.. Enumerable.Range(0, 3).SelectMany(
                row => new[] { Column("", starts[row]), Column("", stops[row]), Text("", sides[row]) })])],
            _ => [Column("trialStart", starts), Column("trialEnd", stops), Texts("side")],
        };
        var path = folder.File("session.mat");
        File.WriteAllBytes(path, mat.File([mat.Cells("spikes", [1, 2], [.. trains.Select(train => Column("", train))]), .. table]));

        using var recording = TrialRecording.Open(path, new TrialRecordingOptions { By = "side", BinWidth = 0.5, LeastRate = 0 });

        Assert.Equal(sides, recording.Conditions!);
        Assert.Equal([3, 2, 2], recording.Counts.shape);
        Assert.Equal([3f, 0, 2, 0, 0, 0], recording.Counts[.., .., 0].contiguous().data<float>().ToArray());
    }

    [Fact]
    public void A_variable_beside_an_array_of_a_MAT_file_is_its_conditions()
    {
        var mat = new MatBytes();
        File.WriteAllBytes(folder.File("counts.mat"), mat.File(
            mat.Doubles("counts", [2, 3, 4], [.. Enumerable.Range(1, 24).Select(count => (double)count)]),
            mat.Doubles("direction", [4, 1], 0, 90, 0, 90)));
        TrialRecording Opened(string? axes) => TrialRecording.Open(
            folder.File("counts.mat"), new TrialRecordingOptions { By = "direction", Axes = axes });

        using var recording = Opened("neurons,time,trials");

        Assert.Equal(["0", "90", "0", "90"], recording.Conditions!);
        Assert.Contains("say which are the trials by --axes", Assert.Throws<DatasetException>(() => Opened(null)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "side = table2struct(side, 'ToScalar', true)")]
    [InlineData("string", "side = cellstr(side)")]
    [InlineData("dictionary", "save a struct or an array instead")]
    public void Objects_of_MATLABs_are_named_with_the_line_that_makes_them_readable(string kind, string line)
    {
        var mat = new MatBytes();
        byte[] Text(string text) => mat.Element(1, System.Text.Encoding.ASCII.GetBytes(text));
        var side = mat.Element(14, [.. mat.Element(6, [.. mat.Word(17), .. mat.Word(0)]), .. Text("side"), .. Text("MCOS"), .. Text(kind)]);
        File.WriteAllBytes(folder.File("counts.mat"), mat.File(
            mat.Doubles("counts", [4, 3, 2], [.. Enumerable.Range(1, 24).Select(count => (double)count)]), side));
        TrialRecording Opened(string? by) => TrialRecording.Open(folder.File("counts.mat"), new TrialRecordingOptions { By = by });

        using var recording = Opened(by: null);
        Assert.Contains($"side is a MATLAB {kind}, which only MATLAB can read", recording.Remarks[^1], StringComparison.Ordinal);
        Assert.Contains(line, Assert.Throws<DatasetException>(() => Opened("side")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_of_another_clock_than_the_spikes_are_named()
    {
        NeuralSession Of(params double[] starts) => new("session", Session().Units,
            [new StimulusTable("trials", starts, [.. starts.Select(start => start + 1)], [])]);
        var options = new TrialRecordingOptions { BinWidth = 0.5, LeastRate = 0 };

        Assert.Contains("expected seconds of one clock", Assert.Throws<DatasetException>(
            () => TrialRecording.Of(Of(5000, 5001), options)).Message, StringComparison.Ordinal);
        using var partly = TrialRecording.Of(Of(0, 5001), options);
        Assert.Contains("which hold none: 1.", string.Join(" ", partly.Remarks), StringComparison.Ordinal);
        Assert.Equal("trials", partly.TrialName);
    }

    [Fact]
    public void Without_a_table_a_recording_is_cut_in_stretches_and_silent_units_go()
    {
        using var recording = TrialRecording.Of(Session(), new TrialRecordingOptions { BinWidth = 0.5, Bins = 3, LeastRate = 1.5 });

        Assert.Equal([3, 3, 1], recording.Counts.shape);
        Assert.Equal(("stretches of the recording", false, 2), (recording.TrialName, recording.Repeats, recording.Recorded));
        Assert.Null(recording.Conditions);
        Assert.Equal(["4 (VISp)"], recording.Neurons);
    }

    [Fact]
    public void An_array_of_rates_is_cut_by_the_lengths_of_its_trials()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("rates.npy"), arange(14, dtype: ScalarType.Float64).reshape(7, 2) * 10);
        NumpyWriter.Write(folder.File("lengths.npy"), tensor(new long[] { 3, 4 }));
        NumpyWriter.Write(folder.File("side.npy"), tensor(new long[] { 1, 1, 1, 5, 5, 5, 5 }).reshape(7, 1));

        using var recording = TrialRecording.Open(folder.File("rates.npy"), new TrialRecordingOptions
        {
            BinWidth = 0.1, AreRates = true, Trials = folder.File("lengths.npy"), By = folder.File("side.npy"),
        });

        Assert.Equal([2, 3, 2], recording.Counts.shape);
        Assert.Equal([6f, 7, 8, 9, 10, 11], recording.Counts[1].flatten().data<float>().ToArray());
        Assert.Equal(["1", "5"], recording.Conditions!);
        Assert.Equal("side", recording.Table.Single().Name);
    }

    [Fact]
    public void Numbers_of_many_values_are_put_in_groups()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("counts.npy"), ones(60, 5, 2));
        NumpyWriter.Write(folder.File("contrast.npy"), arange(60, dtype: ScalarType.Float64) / 10);

        using var recording = TrialRecording.Open(
            folder.File("counts.npy"), new TrialRecordingOptions { By = folder.File("contrast.npy") });

        Assert.Equal(["0 to below 1", "1 to below 2", "5 to 5.9"], recording.Conditions!.Distinct().Where((_, i) => i is 0 or 1 or 5));
        Assert.Equal(10, recording.Conditions!.Count(name => name == "2 to below 3"));
        Assert.Null(recording.BinWidth);
    }

    [Fact]
    public void Spike_trains_of_a_mat_file_are_cut_by_a_file_of_times()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("times.npy"), tensor(new[] { 0.0, 1, 2, 3.5 }).reshape(2, 2));

        using var recording = TrialRecording.Of(
            new NeuralSession("mat", Session().Units, []),
            new TrialRecordingOptions { Trials = folder.File("times.npy"), BinWidth = 0.5, LeastRate = 0 });

        Assert.Equal([2, 2, 2], recording.Counts.shape);
        Assert.Equal("trials of times.npy", recording.TrialName);
    }

    [Fact]
    public void What_makes_no_recording_is_refused_with_what_there_is()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("line.npy"), ones(4));
        NumpyWriter.Write(folder.File("negative.npy"), -ones(4, 3, 2));
        NumpyWriter.Write(folder.File("counts.npy"), ones(4, 3, 2));
        NumpyWriter.Write(folder.File("five.npy"), ones(5));
        void Refused(string what, Func<TrialRecording> open) =>
            Assert.Contains(what, Assert.Throws<DatasetException>(open).Message, StringComparison.Ordinal);
        TrialRecording Array(string name, TrialRecordingOptions? options = null) => TrialRecording.Open(folder.File(name), options);
        TrialRecording Spikes(TrialRecordingOptions options) => TrialRecording.Of(Session(), options);

        Refused("[4]", () => Array("line.npy"));
        Refused("negative", () => Array("negative.npy"));
        Refused("5 values; expected one for each of 4 trials, or for each of 12 bins",
            () => Array("counts.npy", new() { By = folder.File("five.npy") }));
        Refused("5 lengths of trials, 5 bins in all", () => Array("counts.npy", new() { Trials = folder.File("five.npy") }));
        Refused("how many seconds a bin lasts", () => Array("counts.npy", new() { AreRates = true }));
        Refused("knows no regions", () => Array("counts.npy", new() { Area = "VISp" }));
        Refused("has no table epochs; it has scenes", () => Spikes(new() { Trials = "epochs" }));
        Refused("has no column colour", () => Spikes(new() { By = "scenes.colour" }));
        Refused("has no table for 'epochs.colour'", () => Spikes(new() { By = "epochs.colour" }));
        Refused("says nothing of trials", () => Spikes(new() { Trials = "none", By = folder.File("five.npy") }));
        Refused("conditions are asked of scenes", () => Spikes(new() { Trials = "none", By = "scenes.frame" }));
        Refused("expected at most 500000000", () => Spikes(new() { Trials = "none", BinWidth = 1e-9 }));
        Refused("holds 0 sorted units; expected spike times", () => TrialRecording.Of(new NeuralSession("empty", [], [])));
        Refused("no unit in MOp", () => Spikes(new() { Area = "MOp" }));
    }

    public void Dispose() => folder.Dispose();

    // unit 4 fires four times a second from 0 to 5 s, unit 5 once in all
    private static NeuralSession Session() => new(
        "session",
        [new NeuralUnit(4, "VISp", [.. Enumerable.Range(0, 20).Select(spike => 0.1 + (spike * 0.25))]), new NeuralUnit(5, "VISl", [0.3])],
        [new StimulusTable("scenes", [0, 1, 2], [1, 2, 3], [7, 8, 7])]);
}
