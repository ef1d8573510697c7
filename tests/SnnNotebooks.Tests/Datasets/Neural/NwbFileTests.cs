using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Exchange;
using SnnNotebooks.Similarity;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Datasets.Neural;

public sealed class NwbFileTests
{
    private static readonly SyntheticCortex Small = new()
    {
        UnitsPerArea = 4,
        Scenes = 6,
        SceneTrials = 4,
        MovieFrames = 30,
        MovieTrials = 2,
    };

    [Fact]
    public void A_synthetic_cortex_written_as_NWB_gives_the_same_arrays()
    {
        using var folder = new TemporaryFolder();
        using var cortex = Small.Generate();
        var path = folder.File("cortex.nwb");
        NwbWriter.Write(path, cortex.Session, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var read = NwbFile.ReadSession(path);

        Assert.Equal(cortex.Session.Units.Select(unit => (unit.Id, unit.Area, unit.Quality)),
            read.Units.Select(unit => (unit.Id, unit.Area, unit.Quality)));
        Assert.Equal(cortex.Session.Units.Select(unit => unit.SpikeTimes.ToArray()), read.Units.Select(unit => unit.SpikeTimes.ToArray()));
        using var expected = MovieResponses.FromSession(cortex.Session, "VISl");
        using var found = MovieResponses.FromSession(read, "VISl");
        Assert.Equal(expected.Counts.data<float>().ToArray(), found.Counts.data<float>().ToArray());
        using var scenes = SceneResponses.FromSession(read, "VISam", repeats: 2);
        Assert.Equal([6, 25, 4], scenes.Counts.shape);
        Assert.True(scenes.Counts.sum().ToDouble() > 50);
        Assert.Equal("2.6.0", Version(path));
    }

    [Fact]
    public void A_recording_in_NWB_goes_all_the_way_to_scores()
    {
        using var folder = new TemporaryFolder();
        using var cortex = new SyntheticCortex { UnitsPerArea = 30, Scenes = 24, SceneTrials = 10, MovieFrames = 60,
            MovieTrials = 6 }.Generate();
        NwbWriter.Write(folder.File("cortex.nwb"), cortex.Session, DateTimeOffset.UnixEpoch);
        var session = NwbFile.ReadSession(folder.File("cortex.nwb"));
        using var scope = torch.NewDisposeScope();
        foreach (var area in SyntheticCortex.Areas)
        {
            // the rates that the spikes were drawn from take the model's place
            using var movie = MovieResponses.FromSession(session, area.Name);
            using var read = MovieResponses.FromSession(cortex.Session, area.Name);
            var tsrsa = new Rsa("tsrsa").Score(cortex.MovieRates(area.Name), movie.Matrix()).OrNaN;
            Assert.Equal(new Rsa("tsrsa").Score(cortex.MovieRates(area.Name), read.Matrix()).OrNaN, tsrsa, 12);
            using var scenes = SceneResponses.FromSession(session, area.Name, repeats: 5);
            var (own, shuffled) = (new Rsa().Score(cortex.SceneRates(area.Name), scenes.Matrix(0)).OrNaN,
                new Rsa().Score(cortex.SceneRates(area.Name).roll(1, 0), scenes.Matrix(0)).OrNaN);
            Assert.True(own > shuffled + 0.1 && tsrsa > 0.1, $"{area.Name}: scenes {own}, shifted by one {shuffled}, movie {tsrsa}");
        }
    }

    [Fact]
    public void Sessions_without_units_tables_or_quality_are_written_and_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("empty.nwb");
        NwbWriter.Write(path, new NeuralSession("empty", [], []), DateTimeOffset.UnixEpoch);
        Assert.Empty(NwbFile.ReadSession(path).Units);

        NwbWriter.Write(path, new NeuralSession("silent", [new NeuralUnit(3, null, []), new NeuralUnit(4, "CA1", [1.5])],
            [new StimulusTable("trials", [0, 1], [1, 2], [])]), DateTimeOffset.UnixEpoch);
        var read = NwbFile.ReadSession(path);
        Assert.Equal([0, 1], read.Units.Select(unit => unit.SpikeTimes.Length));
        Assert.Null(read.Units[1].Quality.IsiViolations);
        Assert.Equal(0, read.Stimulus("trials").Frames.Length);
        Assert.Contains("it has trials", Assert.Throws<DatasetException>(() => read.Stimulus("x")).Message, StringComparison.Ordinal);
        Assert.Equal(new SpikeSummary("nwb", 2, 1, 1.5, 1.5), NeuralSummary.Of(path));
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_in_bounded_time()
    {
        using var folder = new TemporaryFolder();
        using var cortex = (Small with { UnitsPerArea = 1 }).Generate();
        var path = folder.File("cortex.nwb");
        NwbWriter.Write(path, cortex.Session, DateTimeOffset.UnixEpoch);
        var whole = File.ReadAllBytes(path);
        var random = new Random(9);
        var refused = 0;
        for (var round = 0; round < 600; round++)
        {
            var bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : whole.ToArray();
            for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 255);
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                NwbFile.ReadSession(path);
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 200, 600);
    }

    [Fact]
    public void Other_files_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.nwb");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Contains("no known format", Assert.Throws<DatasetException>(() => NeuralSummary.Of(path)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => NwbFile.Open(path));
        Assert.Throws<DatasetException>(() => NwbFile.Open(folder.File("none.nwb")));
        File.WriteAllBytes(path, []);
        Assert.Throws<DatasetException>(() => NeuralSummary.Of(path));
    }

    [Fact]
    public void The_largest_array_of_an_archive_is_summarised()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.npz");
        using (var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        {
            using var small = torch.tensor([7.0, 9]);
            using var large = torch.arange(6, torch.int32).reshape(2, 3);
            foreach (var (name, tensor) in new[] { ("a.npy", small), ("b.npy", large) })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(NumpyWriter.Bytes(tensor));
            }
        }

        var summary = Assert.IsType<ArraySummary>(NeuralSummary.Of(path));
        Assert.Equal(("npz", "b", "int32", 2.5), (summary.Format, summary.Variable, summary.Type, summary.Mean));
        Assert.Equal([2, 3], summary.Shape);

        using (System.IO.Compression.ZipFile.Open(folder.File("none.npz"), System.IO.Compression.ZipArchiveMode.Create))
        {
        }

        Assert.Throws<DatasetException>(() => NeuralSummary.Of(folder.File("none.npz")));
    }

    [SharedFact("data/nwb/A8604-211122.nwb")]
    public void A_recording_of_sorted_units_holds_what_its_README_says()
    {
        var path = Repository.SharedPath("data/nwb/A8604-211122.nwb")!;
        using (var file = Hdf5File.Open(path))
        {
            var times = file.ReadDoubles("units/spike_times");
            Assert.Equal(21354, times.Length);
            Assert.Equal([11020, 15710, 21354], file.ReadLongs("units/spike_times_index"));
            Assert.Equal(0.030333, times[0], 6);
            Assert.Equal(1087.221833, times[^1], 6);
            Assert.Equal(383, file.Shape("general/extracellular_ephys/electrodes/id")[0]);
        }

        var session = NwbFile.ReadSession(path);
        Assert.Equal("2.4.0", Version(path));
        Assert.Equal([11020, 4690, 5644], session.Units.Select(unit => unit.SpikeTimes.Length));
        Assert.All(session.Units, unit => Assert.Null(unit.Area)); // its locations are empty texts
        Assert.Equal(1, session.Stimulus("epochs").Count);
    }

    [SharedFact("data/nwb")]
    public void Every_version_of_the_schema_is_read()
    {
        var folder = Repository.SharedPath("data/nwb")!;
        var versions = Directory.EnumerateFiles(folder, "*.nwb", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), path => (Version: Version(path), Session: NwbFile.ReadSession(path)));

        Assert.Equal("2.2.5", versions["FergusonEtAl2015_PYR2.nwb"].Version);
        Assert.Equal("2.0b", versions["1.0.2_nwbfile.nwb"].Version);
        Assert.Equal("2.1.0", versions["1.1.2_nwbfile.nwb"].Version);
        Assert.Equal("2.5.0", versions["2.2.0_subject_no_age__reference.nwb"].Version);
        Assert.All(versions.Where(pair => pair.Key != "A8604-211122.nwb"), pair => Assert.Empty(pair.Value.Session.Units));
    }

    [SharedFact("data/nwb/FergusonEtAl2015_PYR2.nwb")]
    public void Patch_clamp_series_are_read()
    {
        using var file = NwbFile.Open(Repository.SharedPath("data/nwb/FergusonEtAl2015_PYR2.nwb")!);
        var name = file.Names("acquisition")[0];
        var (values, shape) = file.Series($"acquisition/{name}");

        Assert.Equal([20000], shape);
        Assert.Equal(20000, values.Length);
        Assert.All(values, value => Assert.True(double.IsFinite(value)));
    }

    private static string Version(string path)
    {
        using var file = NwbFile.Open(path);
        return file.Version;
    }
}
