using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Events;

/// <summary>The facts that the READMEs of <c>../shared/data</c> state about real recordings.</summary>
public sealed class RecordedEventTests
{
    private const string Recordings = "data/event_recordings/";

    [SharedFact("data/event_recordings/index_aedat2.csv")]
    public void AEDAT2_recordings_of_a_DVS128_have_the_stated_counts_and_means()
    {
        var checkedFiles = 0;
        foreach (var row in File.ReadLines(Repository.SharedPath(Recordings + "index_aedat2.csv")!).Skip(1).Select(line => line.Split(','))
            .Where(row => row[2].StartsWith("DVS128", StringComparison.Ordinal)))
        {
            if (Repository.SharedPath(Recordings + row[0]) is not { } path)
            {
                continue; // kept back
            }

            checkedFiles++;
            var recording = EventRecording.Load(path);
            Assert.Equal(int.Parse(row[3], CultureInfo.InvariantCulture), recording.Count);
            Assert.Equal(int.Parse(row[5], CultureInfo.InvariantCulture), On(recording));
            Assert.Equal(double.Parse(row[4], CultureInfo.InvariantCulture), (recording.Times[^1] - recording.Times[0]) / 1e6, 6);
            var means = row[6].Split(' ').Select(
                mean => double.Parse(mean[(mean.IndexOf('=', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(means[0], Mean(recording.X), 4);
            Assert.Equal(means[1], Mean(recording.Y), 4);
        }

        Assert.True(checkedFiles > 0);
    }

    [SharedFact("data/event_recordings/davis240_aedat2/IMU_translBoxes.aedat")]
    public void A_DAVIS240_recording_gives_its_DVS_words_only()
    {
        var summary = EventSummary.Of(Repository.SharedPath(Recordings + "davis240_aedat2/IMU_translBoxes.aedat")!);

        Assert.Equal((162_771, 82_944, 294_976_755, 297_049_406), (summary.Events, summary.On, summary.FirstTime, summary.LastTime));
        Assert.Equal((240, 180), (summary.Size.Width, summary.Size.Height));
    }

    [SharedFact("data/event_recordings/aedat3/tonic_sample_aedat_header.aedat")]
    public void A_header_without_events_tells_when_it_was_recorded()
    {
        using var reader = EventReader.Open(Repository.SharedPath(Recordings + "aedat3/tonic_sample_aedat_header.aedat")!);

        Assert.Equal(EventFormat.Aedat2, reader.Format);
        Assert.Equal(1_695_355_587_880, reader.StartedAt!.Value.ToUnixTimeMilliseconds());
        Assert.False(reader.Read(new EventBlock()));
    }

    [SharedFact("data/event_recordings/aedat3/aedat31_synthetic.aedat")]
    public void Events_marked_invalid_are_kept_and_remarked()
    {
        var path = Repository.SharedPath(Recordings + "aedat3/aedat31_synthetic.aedat")!;
        var recording = EventRecording.Load(path);

        Assert.Equal(18, recording.Count);
        Assert.Equal<(int, int, int, long)>((0, 0, 1, 10), (recording.X[0], recording.Y[0], recording.On[0], recording.Times[0]));
        Assert.Equal<(int, int, int, long)>((10, 20, 0, 25), (recording.X[1], recording.Y[1], recording.On[1], recording.Times[1]));
    }

    /// <summary>
    /// The file's own table of packets says 111,954 events. The 118,651 of Tonic's test is the number of 8-byte words of the whole file
    /// from its 45th byte:
    /// the test reads it as AEDAT 2.
    /// </summary>
    [SharedFact("data/event_recordings/aedat4/tonic_sample.aedat4")]
    public void An_AEDAT4_recording_has_as_many_events_as_its_table_of_packets_says()
    {
        var path = Repository.SharedPath(Recordings + "aedat4/tonic_sample.aedat4")!;
        var summary = EventSummary.Of(path);

        Assert.Equal(111_954, summary.Events);
        Assert.Equal(118_651, (new FileInfo(path).Length - 45) / 8);
        Assert.Equal((320, 240, SensorSizeOrigin.Stated), (summary.Size.Width, summary.Size.Height, summary.Size.Origin));
        Assert.Equal((1_605_537_493_718_345, 1_605_537_494_308_262), (summary.FirstTime, summary.LastTime));
    }

    [SharedFact("data/event_recordings/prophesee")]
    public void Prophesee_recordings_have_the_stated_counts_and_times()
    {
        foreach (var (file, events, first, last) in new[]
        {
            ("tonic_sample_ncars.dat", 2_009, 0, 99_952), ("NCARS_obj_004397_td.dat", 4_407, 0, 99_937),
            ("evt2_sample.raw", 539_481, 1_317_888, 1_367_888), ("evt3_sample.raw", 219_596, 11_718_656, 11_727_457),
        })
        {
            var summary = EventSummary.Of(Repository.SharedPath(Recordings + "prophesee/" + file)!);
            Assert.Equal((events, first, last), (summary.Events, summary.FirstTime, summary.LastTime));
        }

        var recording = EventRecording.Load(Repository.SharedPath(Recordings + "prophesee/evt2_sample.raw")!);
        Assert.Equal((599, 475, 640, 480), (recording.X.ToArray().Max(), recording.Y.ToArray().Max(), recording.Width, recording.Height));
    }

    [SharedFact("data/event_recordings/prophesee/evt3_sample.npy")]
    public void An_EVT3_recording_has_the_columns_rows_and_polarities_of_its_reference()
    {
        var recording = EventRecording.Load(Repository.SharedPath(Recordings + "prophesee/evt3_sample.raw")!);
        var reference = File.ReadAllBytes(Repository.SharedPath(Recordings + "prophesee/evt3_sample.npy")!)
            .AsSpan(^(recording.Count * 16)..);
        for (var i = 0; i < recording.Count; i++)
        {
            // a row is t int64, x int16, y int16, p uint8 and three bytes of padding; its times are known to be wrong
            var row = reference.Slice(i * 16, 16);
            Assert.Equal((MemoryMarshal.Read<short>(row[8..]), MemoryMarshal.Read<short>(row[10..]), row[12]),
                ((short)recording.X[i], (short)recording.Y[i], recording.On[i]));
        }
    }

    [SharedFact("data/event_recordings/es")]
    public void Event_Streams_have_the_stated_counts_and_texts_are_passed_over()
    {
        var poker = EventSummary.Of(Repository.SharedPath(Recordings + "es/pokerdvs_trcl0.es")!);
        Assert.Equal((30, 32, 2_628, 0, 14_727, 1_927),
            (poker.Size.Width, poker.Size.Height, poker.Events, poker.FirstTime, poker.LastTime, poker.On));

        var generic = EventSummary.Of(Repository.SharedPath(Recordings + "es/generic.es")!);
        Assert.Equal((0, 0, 70), (generic.Size.Width, generic.Size.Height, generic.Events)); // 70 words of a text, counted in the file
    }

    [SharedFact("data/dvs_gesture_10/index.csv")]
    public void Gestures_have_the_stated_counts_times_and_means()
    {
        var total = 0;
        foreach (var row in File.ReadLines(Repository.SharedPath("data/dvs_gesture_10/index.csv")!).Skip(1).Select(line => line.Split(',')))
        {
            var recording = EventRecording.Load(Repository.SharedPath("data/dvs_gesture_10/" + row[0])!, threads: 2);
            total += recording.Count;
            Assert.Equal(
                (row[3], row[4], row[5], row[6]),
                (recording.Count.ToString(CultureInfo.InvariantCulture), recording.Times[0].ToString(CultureInfo.InvariantCulture),
                    recording.Times[^1].ToString(CultureInfo.InvariantCulture), On(recording).ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(double.Parse(row[7], CultureInfo.InvariantCulture), Mean(recording.X), 4);
            Assert.Equal(double.Parse(row[8], CultureInfo.InvariantCulture), Mean(recording.Y), 4);
            Assert.Equal((128, 128), (recording.Width, recording.Height));
        }

        Assert.Equal(1_206_710, total);
        var two = EventRecording.Load(Repository.SharedPath("data/dvs_gesture_10/1.bs2")!);
        var three = EventRecording.Load(Repository.SharedPath("data/dvs_gesture_10/1.bs3")!);
        Assert.True(two.Times.SequenceEqual(three.Times) && two.X.SequenceEqual(three.X) && two.Y.SequenceEqual(three.Y)
            && two.On.SequenceEqual(three.On));
    }

    [SharedFact("data/nmnist_small/nmnist_small.zip")]
    public void All_1100_recordings_of_N_MNIST_are_as_their_index_says()
    {
        using var folder = new TemporaryFolder();
        using var zip = ZipFile.OpenRead(Repository.SharedPath("data/nmnist_small/nmnist_small.zip")!);
        var (files, events) = (0, 0L);
        foreach (var row in File.ReadLines(Repository.SharedPath("data/nmnist_small/index.csv")!).Skip(1).Select(line => line.Split(','))
            .Where(row => row[1] is "Train" or "Test"))
        {
            zip.GetEntry(row[0])!.ExtractToFile(folder.File("one.bin"), overwrite: true);
            var recording = EventRecording.Load(folder.File("one.bin"));
            Assert.Equal(
                string.Join(',', row[3..7]),
                string.Create(CultureInfo.InvariantCulture,
                    $"{recording.Count},{recording.Times[0]},{recording.Times[^1]},{On(recording)}"));
            Assert.Equal((34, 34), (recording.Width, recording.Height));
            for (var i = 1; i < recording.Count; i++)
            {
                Assert.True(recording.Times[i] >= recording.Times[i - 1]);
            }

            (files, events) = (files + 1, events + recording.Count);
        }

        Assert.Equal((1_100, 4_518_827), (files, events));
    }

    private static int On(EventRecording recording) => recording.On.Count((byte)1);

    private static double Mean(ReadOnlySpan<ushort> values)
    {
        var sum = 0L;
        foreach (var value in values)
        {
            sum += value;
        }

        return (double)sum / values.Length;
    }
}
