using PureHDF;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

/// <summary>Continuous traces of calcium imaging, as arrays and in NWB files.</summary>
public sealed class TraceRecordingTests : IDisposable
{
    private const int Frames = 40;
    private const double Rate = 10; // frames per second

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Negative_fractions_are_traces_in_standard_deviations_and_rates_leave_none_out()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { -0.5f, 3, 7, 0.5f, 3, 9, -0.5f, 3, 11, 0.5f, 3, float.NaN }).reshape(4, 3);
        NumpyWriter.Write(folder.File("dff.npy"), values);

        using var recording = TrialRecording.Open(folder.File("dff.npy"), new TrialRecordingOptions { Bins = 2, BinWidth = 0.1 });

        Assert.True(recording.AreTraces);
        Assert.Equal([-1f, 1, -1, 1], recording.Counts.flatten().data<float>().ToArray()); // neither the constant nor the one with a gap
        Assert.Equal(["0"], recording.Neurons);
        Assert.Equal(3, recording.Recorded);
        Assert.Contains("left out, whose traces do not vary or are not finite throughout: 2.", string.Join(" ", recording.Remarks),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_below_zero_are_asked_about_and_positive_traces_are_such_when_they_are_called_so()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("marks.npy"), tensor(new[] { 1f, -1, 2, 0, 5, 1 }).reshape(3, 2));
        NumpyWriter.Write(folder.File("spks.npy"), tensor(new[] { 1.5f, 0, 2, 0.25f, 5, 1 }).reshape(3, 2));
        TrialRecording Opened(string name, bool traces) =>
            TrialRecording.Open(folder.File(name), new TrialRecordingOptions { Bins = 3, AreTraces = traces });

        Assert.Contains("say so (--traces)", Assert.Throws<DatasetException>(() => Opened("marks.npy", traces: false)).Message,
            StringComparison.Ordinal);
        using var marks = Opened("marks.npy", traces: true);
        using var counts = Opened("spks.npy", traces: false);
        using var traces = Opened("spks.npy", traces: true);
        Assert.Equal((true, false, true), (marks.AreTraces, counts.AreTraces, traces.AreTraces));
        Assert.Equal(0, traces.Counts.mean().ToDouble(), 1e-6);
        Assert.Contains("called so by --traces", string.Join(" ", counts.Remarks), StringComparison.Ordinal);
        Assert.Contains("either traces or spikes per second", Assert.Throws<DatasetException>(() => TrialRecording.Open(
            folder.File("spks.npy"), new TrialRecordingOptions { AreRates = true, BinWidth = 1, AreTraces = true })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_in_seconds_cut_an_array_of_known_bins()
    {
        using var scope = NewDisposeScope();
        NumpyWriter.Write(folder.File("dff.npy"), Wave());
        NumpyWriter.Write(folder.File("counts.npy"), arange(Frames * 2, dtype: float32).reshape(Frames, 2));
        File.WriteAllText(folder.File("trials.csv"), "start,stop,side\n0,1,left\n1.05,2.05,right\n3.5,4.9,left\n");
        TrialRecording Opened(string name, double? width) => TrialRecording.Open(folder.File(name), new TrialRecordingOptions
        {
            Trials = folder.File("trials.csv"), By = "side", BinWidth = width,
        });

        using var recording = Opened("dff.npy", 1 / Rate);
        Assert.Equal([2, 10, 3], recording.Counts.shape);
        Assert.Equal(["left", "right"], recording.Conditions!);
        Assert.Contains("do not cover or have a gap in, which are left out: 1.", string.Join(" ", recording.Remarks),
            StringComparison.Ordinal);
        Assert.Equal(1, Correlation(recording.Counts[1, .., 0], Wave().narrow(0, 11, 10).select(1, 0)), 1e-5);
        using var counted = Opened("counts.npy", 1 / Rate);
        Assert.Equal((false, 22f), (counted.AreTraces, counted.Counts[1, 0, 0].item<float>()));
        Assert.Contains("the seconds of a bin (--bin)", Assert.Throws<DatasetException>(() => Opened("dff.npy", null)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Traces_of_an_NWB_file_are_cut_by_its_trials_and_frames_averaged(bool timestamps)
    {
        var path = Nwb(
            "calcium.nwb", ("DfOverF", "DfOverF", "dff", Series(timestamps)), ("Raw", "Fluorescence", "raw", Series(timestamps)));
        using var scope = NewDisposeScope();

        using var recording = TrialRecording.Open(path, new TrialRecordingOptions { By = "trials.side", BinWidth = 2 / Rate });

        Assert.Equal([2, 5, 3], recording.Counts.shape);
        Assert.Equal((true, "trials"), (recording.AreTraces, recording.TrialName));
        Assert.Equal(2 / Rate, recording.BinWidth!.Value, 1e-6);
        Assert.Equal(["1", "2"], recording.Conditions!);
        Assert.Equal(["5", "7", "9"], recording.Neurons);
        Assert.Contains("Traces of processing/ophys/DfOverF/dff.", recording.Remarks);
        var expected = Wave().narrow(0, 10, 10).reshape(5, 2, 3).mean([1]);
        Assert.Equal(1, Correlation(recording.Counts[1, .., 1], expected.select(1, 1)), 1e-5);
        using var frames = TrialRecording.Open(path, new TrialRecordingOptions { Series = "raw", Trials = "none", Bins = 20 });
        Assert.Equal([2, 20, 3], frames.Counts.shape);
    }

    [Fact]
    public void Series_that_cannot_be_meant_or_read_are_answered_in_words()
    {
        var two = Nwb(
            "two.nwb", ("F", "Fluorescence", "F", Series(timestamps: false)), ("F", "Fluorescence", "spks", Series(timestamps: true)));
        var broken = Series(timestamps: true);
        broken["timestamps"] = new double[Frames];
        var none = Series(timestamps: true);
        none["data"] = new H5Dataset(new float[2, 0]);
        void Refused(string what, string path, TrialRecordingOptions? options = null) => Assert.Contains(
            what, Assert.Throws<DatasetException>(() => TrialRecording.Open(path, options)).Message, StringComparison.Ordinal);

        Refused("processing/ophys/F/spks; expected one, or its name by --series", two);
        Refused("expected one that is called dff", two, new() { Series = "dff" });
        Refused("as many ascending timestamps", Nwb("broken.nwb", ("F", "Fluorescence", "F", broken)));
        Refused("expected [frames, regions]", Nwb("none.nwb", ("F", "Fluorescence", "F", none)));
        Refused("know no regions", two, new() { Series = "F", Area = "VISp" });
        Refused("shorter than the 0.1 s", two, new() { Series = "F", BinWidth = 0.01 });
        Refused("no NWB file, and has no series", Npy(), new() { Series = "F" });
        Refused("no traces of regions", Nwb("empty.nwb"), new() { AreTraces = true });
        Refused("traces of imaged regions (RoiResponseSeries)", Nwb("empty.nwb"));
    }

    public void Dispose() => folder.Dispose();

    private string Npy()
    {
        using var values = ones(4, 3, 2);
        NumpyWriter.Write(folder.File("ones.npy"), values);
        return folder.File("ones.npy");
    }

    private static double Correlation(Tensor first, Tensor second) => corrcoef(stack([first, second]))[0, 1].ToDouble();

    /// <summary>[frames, 3]: waves of three speeds around 0.</summary>
    private static Tensor Wave() => (arange(Frames, dtype: float32).unsqueeze(1) * tensor(new[] { 0.3f, 0.5f, 0.8f })).sin();

    private static H5Group Series(bool timestamps)
    {
        using var wave = Wave();
        var (values, data) = (wave.data<float>().ToArray(), new float[Frames, 3]);
        Buffer.BlockCopy(values, 0, data, 0, Buffer.ByteLength(data));
        var series = new H5Group { ["data"] = new H5Dataset(data), ["rois"] = new long[] { 5, 7, 9 } };
        series.Attributes["neurodata_type"] = "RoiResponseSeries";
        if (timestamps)
        {
            series["timestamps"] = Enumerable.Range(0, Frames).Select(frame => 100 + (frame / Rate)).ToArray();
            return series;
        }

        var start = new H5Dataset(100.0);
        start.Attributes["rate"] = (float)Rate;
        series["starting_time"] = start;
        return series;
    }

    /// <summary>A file with two trials of a second and series of traces.</summary>
    private string Nwb(string name, params (string Container, string Kind, string Series, H5Group Group)[] all)
    {
        var ophys = new H5Group();
        foreach (var containers in all.GroupBy(own => own.Container))
        {
            var container = new H5Group();
            container.Attributes["neurodata_type"] = containers.First().Kind;
            containers.ToList().ForEach(own => container[own.Series] = own.Group);
            ophys[containers.Key] = container;
        }

        var file = new H5File
        {
            ["processing"] = new H5Group { ["ophys"] = ophys },
            ["intervals"] = new H5Group
            {
                ["trials"] = new H5Group
                {
                    ["id"] = new long[] { 0, 1 }, ["start_time"] = new[] { 100.0, 101 }, ["stop_time"] = new[] { 101.0, 102 },
                    ["side"] = new long[] { 1, 2 },
                },
            },
        };
        file.Attributes["nwb_version"] = "2.6.0";
        file.Write(folder.File(name));
        return folder.File(name);
    }
}
