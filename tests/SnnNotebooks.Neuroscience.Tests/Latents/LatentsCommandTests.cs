using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Parquet;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Neuroscience.Tests.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class LatentsCommandTests
{
    [Fact]
    public async Task A_recording_becomes_a_page_and_two_files()
    {
        using var folder = new TemporaryFolder();
        var recording = folder.File("session.nwb");
        NwbWriter.Write(recording, Session("session", 1), DateTimeOffset.UnixEpoch);
        var page = folder.File("report.html");

        var (code, output, errors) = SnnTool.Run(
            "latents", recording, "--by", "reaches.frame", "--bin", "0.05", "--dimensions", "3", "--out", page);

        Assert.True(code == 0, errors);
        Assert.Contains("session.nwb: 40 trials of reaches, 20 bins, 16 of 16 neurons", output, StringComparison.Ordinal);
        Assert.Contains("reaches.frame: told in 100.0 % of trials in the best bin, chance 25.0 %", output, StringComparison.Ordinal);
        Assert.Contains("[1/6] causal on 40 x 20 x 16 counts", errors, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("snn-linked", html, StringComparison.Ordinal);
        Assert.Contains("Is it real?", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        using var latents = NumpyArchive.ReadArray(folder.File("report.npy"));
        Assert.Equal([40, 20, 3], latents.shape);
        await using var table = await ParquetReader.CreateAsync(folder.File("report.parquet"));
        Assert.Equal(["trial", "bin", "time", "condition", "latent_1", "latent_2", "latent_3"],
            table.Schema.DataFields.Select(field => field.Name));
        var values = new float[800];
        using var rows = table.OpenRowGroupReader(0);
        await rows.ReadAsync<float>(table.Schema.FindDataField("latent_2"), values);
        Assert.Equal(latents.select(2, 1).contiguous().data<float>().ToArray(), values);
        var names = new string[800];
        await rows.ReadAsync(table.Schema.FindDataField("condition"), names);
        Assert.Equal(["0", "0", "1"], [names[0], names[19], names[20]]);
    }

    [Theory]
    [InlineData("counts.npy", null)]
    [InlineData("other.npy", "counts.npy")]
    public void What_it_reads_is_never_written_over(string recording, string? labels)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "counts.npy", "other.npy" })
        {
            NumpyWriter.Write(folder.File(name), ones(40, 5));
        }

        var before = File.ReadAllBytes(folder.File("counts.npy"));
        string[] by = labels is null ? [] : ["--by", folder.File(labels)];

        var (code, _, errors) = SnnTool.Run(
            ["latents", folder.File(recording), "--bin", "0.1", .. by, "--out", folder.File("counts.html")]);

        Assert.Equal(2, code);
        Assert.Contains("counts.npy would be written over, and is read here", errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("counts.npy")));
        Assert.False(File.Exists(folder.File("counts.html")));
    }

    [Fact]
    public void Sessions_are_compared_by_the_conditions_they_share()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.File("monday.nwb"), folder.File("tuesday.nwb")];
        NwbWriter.Write(files[0], Session("monday", 1), DateTimeOffset.UnixEpoch);
        NwbWriter.Write(files[1], Session("tuesday", 2), DateTimeOffset.UnixEpoch);
        var page = folder.File("report.html");

        var (code, _, errors) = SnnTool.Run(
            "latents", files[0], "--with", files[1], "--by", "reaches.frame", "--dimensions", "3", "--no-checks", "--out", page);

        Assert.True(code == 0, errors);
        Assert.Contains("Across recordings", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains("tuesday.nwb", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npy")]
    [InlineData("csv")]
    public void Files_of_trials_and_conditions_belong_to_one_recording_each(string format)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        string[] names = ["monday", "tuesday"];
        string[] Given(string option) => [.. names.SelectMany(name => new[] { option, folder.File($"{name}-trials.{format}") })];
        foreach (var (name, seed) in names.Zip([1, 2]))
        {
            var session = Session(name, seed);
            var reaches = session.Stimuli["reaches"];
            if (format == "npy")
            {
                NumpyWriter.Write(folder.File($"{name}.npy"), TrialCounts.OfIntervals(session.Units, reaches, 0.05));
                NumpyWriter.Write(folder.File($"{name}-trials.npy"), tensor(reaches.Frames.ToArray()));
                continue;
            }

            // the second day's clock begins later: its trials hold nothing of the first day
            var later = 1000 * (seed - 1);
            FormattableString Line(double time, object unit) => $"{unit},{time + later}\n";
            File.WriteAllText(folder.File($"{name}.csv"), "unit,time\n" + string.Concat(session.Units.SelectMany(
                unit => unit.SpikeTimes.ToArray().Select(time => FormattableString.Invariant(Line(time, unit.Id))))));
            File.WriteAllText(folder.File($"{name}-trials.csv"), "start,stop,target\n" + string.Concat(Enumerable.Range(0, reaches.Count)
                .Select(row => FormattableString.Invariant(
                    $"{reaches.Starts.Span[row] + later},{reaches.Stops.Span[row] + later},{reaches.Frames.Span[row]}\n"))));
        }

        string[] both = ["latents", folder.File($"monday.{format}"), "--with", folder.File($"tuesday.{format}"), "--no-checks",
            "--dimensions", "2", "--out", folder.File("page.html")];
        string[] each = Given(format == "npy" ? "--by" : "--trials"), column = format == "npy" ? [] : ["--by", "trials.target"];

        var (code, output, errors) = SnnTool.Run([.. both, .. each, .. column]);
        Assert.True(code == 0, errors);
        var found = Regex.Match(output, @"across recordings: R2 (\S+) on held-out.*shuffled \S+ \(\S+ to (\S+)\)").Groups;
        double Number(int group) => double.Parse(found[group].Value, CultureInfo.InvariantCulture);
        Assert.True(Number(1) > Math.Max(0.4, Number(2)), output);

        (code, _, errors) = SnnTool.Run([.. both, .. each[..2], .. column]);
        Assert.True(code == 2 && errors.Contains("for 2 recordings", StringComparison.Ordinal), errors);
    }

    [Fact]
    public void What_cannot_be_explored_is_refused_with_what_there_is()
    {
        using var folder = new TemporaryFolder();
        var recording = folder.File("session.nwb");
        NwbWriter.Write(recording, Session("session", 1), DateTimeOffset.UnixEpoch);
        var silent = folder.File("silent.nwb");
        NwbWriter.Write(silent, new NeuralSession("silent", [], []), DateTimeOffset.UnixEpoch);
        void Refused(int code, string what, params string[] arguments)
        {
            var (own, _, errors) = SnnTool.Run(["latents", .. arguments, "--out", folder.File("none.html")]);
            Assert.True(code == own && errors.Contains(what, StringComparison.Ordinal), $"{own}: {errors}");
            Assert.False(File.Exists(folder.File("none.html")));
        }

        Refused(2, "is no file", folder.File("absent.nwb"));
        Refused(1, "holds 0 sorted units", silent);
        Refused(1, "has no column colour of single numbers or texts; it has frame.", recording, "--by", "reaches.colour");
        Refused(1, "It has the table reaches with frame.", recording, "--by", "trials.colour");
        Refused(1, "expected at most 500000000", recording, "--trials", "none", "--bin", "0.0000001");
        Refused(2, "--bin must be above 0", recording, "--bin", "0");
        Refused(2, "tide", recording, "--model", "umpa");
        Refused(2, "--with compares recordings by their conditions", recording, "--with", recording);
    }

    [Fact]
    public void Hostile_recordings_and_labels_each_get_a_sentence()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(3);
        var counts = poisson(ones(20, 10, 6));
        string Saved(string name, Tensor values)
        {
            NumpyWriter.Write(folder.File(name), values);
            return folder.File(name);
        }

        void Says(string what, params string[] arguments)
        {
            var (code, _, errors) = SnnTool.Run(["latents", .. arguments, "--no-checks", "--out", folder.File("none.html")]);
            Assert.True(code is 1 or 2 && errors.Contains(what, StringComparison.Ordinal), $"{code}: {errors}");
            Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("(Parameter", errors, StringComparison.Ordinal);
            Assert.False(File.Exists(folder.File("none.html")));
        }

        var (good, flat) = (Saved("good.npy", counts), Saved("flat.npy", counts.reshape(200, 6)));
        var gap = counts.clone();
        gap[1, 2, 3] = float.NaN;
        Says("expected counts [trials, time, neurons]", Saved("empty.npy", zeros([0, 10, 6])));
        Says("negative or not finite", Saved("gap.npy", gap));
        Says("the counts of 1 of its 1 firing neurons differ", Saved("neuron.npy", counts[.., .., ..1]));
        Says("has 1 trial of 10 bins; expected at least two of each", Saved("trial.npy", counts[..1]));
        Says("the counts of 0 of its 6 firing neurons differ", Saved("constant.npy", ones_like(counts)));
        Says("None of the 6 neurons", Saved("silent.npy", zeros_like(counts)));
        Says("the counts of 1 of its 1 firing neurons differ", Saved("tall.npy", poisson(ones(1_000_000, 1))));
        Says("one latent number for each bin of 6 neurons", good, "--dimensions", "1");
        Says("cannot be read", good, "--by", folder.File("absent.npy"));
        Says("holds 100000 values; expected one for each of 20 trials", good, "--by", Saved("many.npy", arange(100_000)));
        var header = "{'descr': '<c8', 'fortran_order': False, 'shape': (20,), }\n";
        File.WriteAllBytes(folder.File("complex.npy"),
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[20 * 8]]);
        Says("complex numbers", good, "--by", folder.File("complex.npy"));
        Says("complex numbers", flat, "--trials", folder.File("complex.npy"));
        Says("bins in all", flat, "--trials", Saved("huge.npy", full(4, 1L << 62, dtype: int64)));
        Says("whole lengths", flat, "--trials", Saved("parts.npy", full(400, 0.5)));
    }

    [SharedFact("data/monkey_m1_chewie")]
    public void A_monkeys_reaches_are_told_from_their_latents_and_not_from_those_of_the_control()
    {
        using var folder = new TemporaryFolder();
        string Of(string name) => Repository.SharedPath($"data/monkey_m1_chewie/{name}.npy")!;

        var (code, output, errors) = SnnTool.Run(
            "latents", Of("firing_rates"), "--rates", "--bin", "0.1", "--trials", Of("trial_lengths"), "--by", Of("labels"), "--out",
            folder.File("reaches.html"));

        Assert.True(code == 0, errors);
        Assert.Contains("159 trials of the array, 9 bins", output, StringComparison.Ordinal);
        Assert.Contains("labels: told in ", output, StringComparison.Ordinal);
        var page = File.ReadAllText(folder.File("reaches.html"));
        Assert.Contains("conditions told, best bin (chance 13.8 %)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_of_calcium_are_explored_as_such_and_models_of_counts_refuse_them()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(5);
        var time = arange(2000, dtype: float32).unsqueeze(1) / 20;
        var traces = (time * linspace(1, 2, 12)).sin() + (0.3 * randn(2000, 12));
        NumpyWriter.Write(folder.File("dff.npy"), traces);
        (int Code, string Output, string Errors) Explored(params string[] arguments) => SnnTool.Run(
            ["latents", folder.File("dff.npy"), "--bin", "0.05", "--out", folder.File("page.html"), .. arguments]);

        var (code, output, errors) = Explored();

        Assert.True(code == 0, errors);
        Assert.Contains("continuous traces, no counts of spikes", errors, StringComparison.Ordinal);
        Assert.Contains("12 of 12 neurons", output, StringComparison.Ordinal);
        var page = File.ReadAllText(folder.File("page.html"));
        Assert.Contains("12 of 12 have usable traces", page, StringComparison.Ordinal);
        Assert.Contains("\"traces\":true", page, StringComparison.Ordinal);
        (code, _, errors) = Explored("--model", "lfads");
        Assert.True(code == 2 && errors.Contains("expected one of pca, causal, fa, gpfa", StringComparison.Ordinal), errors);
    }

    // 16 units whose rates follow two factors that differ by condition
    private static NeuralSession Session(string name, long seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        const int trials = 40;
        var time = arange(200).reshape(1, 200, 1) / 200.0;
        var angle = (tensor(Enumerable.Range(0, trials).Select(trial => trial % 4 / 4.0).ToArray()).reshape(trials, 1, 1) + time)
            * 2 * Math.PI;
        var factors = cat([angle.cos(), angle.sin()], 2).to(ScalarType.Float64); // [trials, 5 ms, 2]
        var rates = 20 * (0.6 * factors.matmul(randn(2, 16, dtype: ScalarType.Float64))).exp();
        var spikes = rand_like(rates).lt(rates * 0.005);
        var units = Enumerable.Range(0, 16).Select(unit =>
        {
            var places = spikes.select(2, unit).nonzero().to(ScalarType.Float64);
            var times = (places.select(1, 0) * 1.5) + (places.select(1, 1) * 0.005);
            return new NeuralUnit(unit, "M1", times.contiguous().data<double>().ToArray());
        });
        double[] starts = [.. Enumerable.Range(0, trials).Select(trial => trial * 1.5)];
        return new NeuralSession(name, [.. units],
            [new StimulusTable("reaches", starts, [.. starts.Select(start => start + 1)],
                [.. Enumerable.Range(0, trials).Select(trial => trial % 4L)])]);
    }
}
