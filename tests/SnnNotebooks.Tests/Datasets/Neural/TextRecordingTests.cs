using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class TextRecordingTests : IDisposable
{
    private const string Spikes = "unit,time\n3,0.1\n1,0.2\n3,0.3\n1,0.9\n3,1.05\n1,1.9\n3,2.6\n1,2.95\n";

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(Spikes)]
    [InlineData("\"Unit\";\"Spike time (s)\"\r\n3;0.1\r\n1;0.2\r\n3;0.3\r\n1;0.9\r\n3;1.05\r\n1;1.9\r\n3;2.6\r\n1;2.95\r\n")]
    [InlineData("time_ms\tdepth\tcluster_id\n100\tx\t3\n200\tx\t1\n300\tx\t3\n900\tx\t1\n1050\tx\t3\n1900\tx\t1\n2600\tx\t3\n2950\tx\t1\n")]
    [InlineData("# saved by numpy\n3.0e+00 1.0e-01\n1 0.2\n3 0.3\n1 0.9\n\n3 1.05\n1 1.9\n3 2.6\n1 2.95")]
    public void Spikes_are_a_unit_and_a_time_in_a_line_whatever_separates_them(string text)
    {
        var path = Saved("spikes.csv", text);

        Assert.Equal(new SpikeSummary("text", 2, 8, 0.1, 2.95), NeuralSummary.Of(path));
        using var recording = TrialRecording.Open(path, new TrialRecordingOptions { BinWidth = 0.5, Bins = 2, LeastRate = 0 });
        Assert.Equal([2, 2, 2], recording.Counts.shape);
        Assert.Equal([1f, 2, 1, 1], recording.Counts[0].flatten().data<float>().ToArray()); // from 0.1 s on, units 1 and 3
        Assert.Equal(["1", "3"], recording.Neurons);
    }

    [Fact]
    public void Units_may_have_names_and_trials_a_table_of_their_own()
    {
        var path = Saved("spikes.csv", Spikes.Replace("\n3,", "\nZelle ä,", StringComparison.Ordinal)
            .Replace("\n1,", "\n神経,", StringComparison.Ordinal));
        var trials = Saved("trials.csv",
            "start,stop,direction,speed\n0,1,\"up, left\",1\n1,2,down,\n,3,down,2\n2,3.4,\"up, left\",2\n");

        using var recording = TrialRecording.Open(
            path, new TrialRecordingOptions { Trials = trials, By = "trials.direction", BinWidth = 0.5, LeastRate = 0 });

        Assert.Equal([3, 2, 2], recording.Counts.shape);
        Assert.Equal(["Zelle ä", "神経"], recording.Neurons);
        Assert.Equal(["up, left", "down", "up, left"], recording.Conditions!);
        Assert.Equal(["1", "", "2"], recording.Table.Single(column => column.Name == "speed").Values);
        Assert.Equal(
            ["Trials last 1 to 1.4 s and are cut to the shortest.", "Rows of trials without a start or an end, which are left out: 1."],
            recording.Remarks);
    }

    [Fact]
    public void Counts_have_a_column_for_each_neuron()
    {
        var path = Saved("counts.csv", ",a,b,神経\n0,1,2,3\n1,4,5,6\n2,7,8,9\n3,1,1,1\n");
        var labels = Saved("labels.csv", "side\nfar left\nright\n");

        Assert.Equal("[4, 3]", $"[{string.Join(", ", ((ArraySummary)NeuralSummary.Of(path)).Shape)}]");
        using var recording = TrialRecording.Open(path, new TrialRecordingOptions { Bins = 2, By = labels });
        Assert.Equal([2, 2, 3], recording.Counts.shape);
        Assert.Equal([4f, 5, 6], recording.Counts[0, 1].data<float>().ToArray());
        Assert.Equal(["a", "b", "神経"], recording.Neurons);
        Assert.Equal(["far left", "right"], recording.Conditions!);
        using var plain = TrialRecording.Open(Saved("plain.txt", "1 2 3\n4 5 6\n7 8 9\n1 1 1"), new TrialRecordingOptions { Bins = 2 });
        Assert.Equal([4f, 5, 6], plain.Counts[0, 1].data<float>().ToArray());
    }

    [Fact]
    public void The_axes_of_an_array_may_be_named_and_doubtful_ones_are_refused()
    {
        using var scope = NewDisposeScope();
        var counts = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4); // trials, time, neurons
        SnnNotebooks.Exchange.NumpyWriter.Write(folder.File("matlab.npy"), counts.permute(2, 1, 0).contiguous());
        SnnNotebooks.Exchange.NumpyWriter.Write(folder.File("wide.npy"), ones(4, 200));
        TrialRecording Open(string name, string? axes) => TrialRecording.Open(
            folder.File(name), new TrialRecordingOptions { Axes = axes, LeastRate = 0, Bins = 50 });

        using var recording = Open("matlab.npy", "neurons, time, trials");
        Assert.Equal([2, 3, 4], recording.Counts.shape);
        Assert.Equal(counts.bytes.ToArray(), recording.Counts.bytes.ToArray());
        Assert.Empty(recording.Remarks);
        Assert.Contains("[4, 3, 2] were taken for trials, time and neurons", Open("matlab.npy", null).Remarks.Single(),
            StringComparison.Ordinal);
        Assert.Equal([4, 50, 4], Open("wide.npy", "neurons,time").Counts.shape);
        Assert.Contains("more neurons than bins", Assert.Throws<DatasetException>(() => Open("wide.npy", null)).Message,
            StringComparison.Ordinal);
        foreach (var wrong in new[] { "neurons", "neurons,neurons", "neurons,time,trials", "x,y" })
        {
            Assert.Contains("cannot be", Assert.Throws<DatasetException>(() => Open("wide.npy", wrong)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cid,sec2\n1,2\n", "(cid, sec2); expected spikes, in columns called unit and time")]
    [InlineData("hello", "a text of 1 columns")]
    [InlineData("unit,time\n1,0.5\n2\n", "Line 3")]
    [InlineData("unit;time\n1;0,5\n", "whose decimals have a point")]
    [InlineData("unit,time\n1,\n", "Line 2")]
    [InlineData("0.5,1\n0.25,1\n", "begins with 0.5")]
    [InlineData("a,b,c\n1,2,x\n", "'x' in column c")]
    [InlineData("# only a comment\n", "holds no lines")]
    [InlineData("unit,time\n", "holds 0 sorted units")]
    [InlineData("a,b,c\n", "at least one")]
    public void What_is_no_recording_is_named_with_its_line(string text, string said)
    {
        var path = Saved("x.csv", text);

        var words = Assert.Throws<DatasetException>(() => TrialRecording.Open(path)).Message;

        Assert.Contains(said, words, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_trials_without_times_are_refused()
    {
        var spikes = Saved("spikes.csv", Spikes);
        string Refused(string text) => Assert.Throws<DatasetException>(() => TrialRecording.Open(
            spikes, new TrialRecordingOptions { Trials = Saved("trials.csv", text) })).Message;

        Assert.Contains("expected start and stop", Refused("onset,what\n1,2\n"), StringComparison.Ordinal);
        Assert.Contains("ends at 1 s", Refused("start,stop\n2,1\n"), StringComparison.Ordinal);
        Assert.Contains("0 intervals", Refused("start,stop\n,1\n"), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Saved(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
