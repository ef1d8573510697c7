using System.Diagnostics;
using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Events;

/// <summary>Events as tables: what names and comments say is followed, what nobody says is asked for.</summary>
public sealed class EventTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t_us,x,y,p\n10,1,2,1\n", 10)]
    [InlineData("\"timestamp [ms]\",x,y,polarity\n10,1,2,1\n", 10_000)]
    [InlineData("time (ns);row;col;pol\n10499;2;1;1\n", 10)]
    [InlineData("t,x,y,p\n0.00001,1,2,1\n", 10)]
    [InlineData("x y ts p\n1 2 10 True\n", 10)]
    [InlineData("# comment\r\nX,Y,T,P\r\n1, 2, 10, 1\r\n\r\n", 10)]
    [InlineData("x,y,p,t\n1,2,1,10", 10)]
    [InlineData("346 260\n0.00001 1 2 1\n", 10)]
    [InlineData("#!events.txt\n# Format is time (float s), x, y, polarity (0=off, 1=on), signal/noise (1/0)\n1e-05 1 2 1 0\n", 10)]
    [InlineData("# dvs-events: One event per line: timestamp(us) x y polarity(0=off,1=on)\n10 1 2 1\n", 10)]
    public void Columns_and_units_are_those_that_are_named(string text, long time)
    {
        var events = EventRecording.Load(Write("x.csv", text));

        Assert.Equal((1, time, 1, 2, 1), (events.Count, events.Times[0], events.X[0], events.Y[0], events.On[0]));
    }

    [Theory]
    [InlineData("1,2,1,10\n", "Give them, for example --columns t,x,y,p")]
    [InlineData("10 1 2 1\n", "Give them")]
    [InlineData("a,b,c,d\n1,2,3,4\n", "its line of names is 'a,b,c,d'")]
    [InlineData("t,x,x,p\n1,2,3,4\n", "its line of names")]
    [InlineData("t,x,y,p,n\n1,2,3,1\n", "has 5 columns, and its first line of numbers 4")]
    [InlineData("t;x;y;p\n0,00001;1;2;1\n", "'0,00001' is no number; decimals have a point")]
    [InlineData("t,x,y,p\n10,1,2,1\n20,1,2\n", "a line has 3 columns where 4 were expected")]
    [InlineData("t,x,y,p\n10,1,2,1\n20,1,2,1,1\n", "a line has more columns where 4 were expected")]
    [InlineData("t,x,y,p\n10,1,2,1\nx,1,2,1\n", "the time 'x' is none")]
    [InlineData("t,x,y,p\n10,1,2,1\n10,,2,1\n", "the column '' is none")]
    [InlineData("t,x,y,p\n10,1.5,2,1\n", "a column is 1.5; expected a whole number")]
    [InlineData("t,x,y,p\n10,70000,2,1\n", "a column is 70000")]
    [InlineData("t,x,y,p\n10,-1,2,1\n", "a column is -1")]
    [InlineData("t,x,y,p\n10,1,2,2\n", "a polarity is 2")]
    [InlineData("t,x,y,p\n10,1,2,1\n10.5,1,2,1\n", "a time has a fraction after others that had none")]
    [InlineData("t,x,y,p\n1e300,1,2,1\n", "the time '1e300' is none")]
    [InlineData("t,x,y,p\n", "the file holds no events, only a header")]
    [InlineData("%geometry:10,10\n10,2,1,5\n", "outside the sensor of 10 x 10")]
    [InlineData("# time (us) x y polarity\n10 1 2\n", "its first line has 3 numbers, fewer than its columns")]
    [InlineData("\u0001\u0002", "is no text")]
    public void What_is_wrong_or_missing_is_said(string text, string said) =>
        Assert.Contains(said, Assert.Throws<EventFileException>(() => EventSummary.Of(Write("x.csv", text))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void What_the_file_does_not_say_is_given()
    {
        var bare = Write("bare.csv", "1,2,1,10\n3,4,-1,20\n");
        var events = EventRecording.Load(bare, options: new EventFileOptions("x,y,p,t", EventTimeUnit.Milliseconds, 50, 40));
        Assert.Equal((50, 40, 2), (events.Width, events.Height, events.Count));
        Assert.Equal([10_000, 20_000], events.Times.ToArray());
        Assert.Equal([1, 0], events.On.ToArray());

        var array = EventSamples.Write(folder.Path, "n4.npy",
            EventSamples.Npy("'<i4'", new[] { 10, 1, 2, 1, 20, 3, 4, 0 }.SelectMany(BitConverter.GetBytes), "(2, 4)"));
        Assert.Contains("--columns", Assert.Throws<EventFileException>(() => EventSummary.Of(array)).Message, StringComparison.Ordinal);
        Assert.Equal(EventSummary.Of(array, options: new EventFileOptions("t,x,y,p")).LastTime, 20);
        Assert.Throws<ArgumentException>(() => EventSummary.Of(array, options: new EventFileOptions("t,x,y")));
        Assert.Throws<ArgumentException>(() => EventSummary.Of(bare, options: new EventFileOptions("x,y,p,t", Width: 50)));
        Assert.Contains("fewer than its columns",
            Assert.Throws<EventFileException>(() => EventSummary.Of(bare, options: new EventFileOptions("x,y,p,-,-,t"))).Message,
            StringComparison.Ordinal);

        // formats of cameras, too, where they leave it out; what a file says goes first
        Assert.Equal(
            (100, 90),
            (EventRecording.Load(EventSamples.Write(folder.Path, "atis.bin"), options: new EventFileOptions(Width: 100, Height: 90)).Width,
                EventRecording.Load(EventSamples.Write(folder.Path, "one.dat"),
                    options: new EventFileOptions(Width: 100, Height: 90)).Height));
        Assert.Equal(34,
            EventRecording.Load(EventSamples.Write(folder.Path, "dvs.es"), options: new EventFileOptions(Width: 100, Height: 90)).Width);
    }

    [Fact]
    public void Times_of_a_floating_type_have_a_unit_or_fractions()
    {
        byte[] Npz(params double[] times) => EventSamples.Npz(
            ("t", EventSamples.Npy("'<f8'", times.SelectMany(BitConverter.GetBytes), $"({times.Length},)")),
            ("x", EventSamples.Npy("'|u1'", times.Select(_ => (byte)1), $"({times.Length},)")),
            ("y", EventSamples.Npy("'|u1'", times.Select(_ => (byte)2), $"({times.Length},)")),
            ("p", EventSamples.Npy("'<f8'", times.SelectMany(_ => BitConverter.GetBytes(-1.0)), $"({times.Length},)")));

        var seconds = EventSummary.Of(EventSamples.Write(folder.Path, "s.npz", Npz(0.5, 1.25)));
        Assert.Equal((500_000, 1_250_000, 0), (seconds.FirstTime, seconds.LastTime, seconds.On));
        Assert.Contains("taken for seconds", Assert.Single(seconds.Remarks), StringComparison.Ordinal);
        var whole = EventSamples.Write(folder.Path, "w.npz", Npz(5, 7));
        Assert.Contains("--time-unit", Assert.Throws<EventFileException>(() => EventSummary.Of(whole)).Message, StringComparison.Ordinal);
        Assert.Equal(7000, EventSummary.Of(whole, options: new EventFileOptions(TimeUnit: EventTimeUnit.Milliseconds)).LastTime);
        Assert.Contains("a time in it is NaN",
            Assert.Throws<EventFileException>(
                () => EventSummary.Of(EventSamples.Write(folder.Path, "n.npz", Npz(0.5, double.NaN)))).Message, StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/lib/python3/dist-packages/h5py/__init__.py", "python3-h5py")]
    public void Recordings_as_others_write_them_in_HDF5_are_read_or_refused_by_name()
    {
        const string Python = """
            import h5py, numpy as np, os, sys
            os.chdir(sys.argv[1])
            t = np.array([10, 25, 40]); x = np.array([1, 2, 3]); y = np.array([4, 5, 6]); p = np.array([1, 0, 1])
            r = np.zeros(3, dtype=[('x', '<i2'), ('y', '<i2'), ('t', '<i8'), ('p', '?')]); r['x'], r['y'], r['t'], r['p'] = x, y, t, p
            def file(name): return h5py.File(name, 'w')
            with file('v2e.h5') as f:
                d = f.create_dataset('events', shape=(0, 4), maxshape=(None, 4), dtype='uint32', compression='gzip')
                d.resize(3, 0)
                d[:] = np.stack([t, x, y, p], 1)
            with file('tonic.h5') as f: f.create_dataset('data/0', data=r, compression='lzf'); f['target/0'] = 3
            with file('rpg.h5') as f: f['events/xs'] = x; f['events/ys'] = y; f['events/ts'] = t / 1e6; f['events/ps'] = p.astype(bool)
            with file('mvsec.hdf5') as f: f['davis/left/events'] = np.stack([x, y, t / 1e6, 2 * p - 1], 1).astype('f8')
            with file('dsec.h5') as f:
                f['events/t'] = (t - 10).astype('u4')
                f['events/x'] = x; f['events/y'] = y; f['events/p'] = p; f['t_offset'] = np.int64(10)
            with file('ecf.hdf5') as f: f.create_dataset('CD/events', data=np.repeat(r, 1000), compression='lzf')
            b = open('ecf.hdf5', 'rb').read(); open('ecf.hdf5', 'wb').write(b.replace(b'\x00\x7d', b'\xcf\x8e'))
            with file('floats.h5') as f: f['events'] = np.stack([x, y, t, p], 1).astype('f8')
            with file('none.h5') as f: f['spikes/times'] = t
            """;
        using var process = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", Python, folder.Path]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        foreach (var name in new[] { "v2e.h5", "tonic.h5", "rpg.h5", "mvsec.hdf5", "dsec.h5" })
        {
            var events = EventRecording.Load(folder.File(name));
            Assert.Equal([10, 25, 40], events.Times.ToArray());
            Assert.Equal((4, 7, 2), (events.Width, events.Height, events.On.ToArray().Count(on => on == 1)));
        }

        foreach (var (name, said) in new[] { ("ecf.hdf5", "Prophesee's ECF (number 36559)"), ("floats.h5", "--columns"),
            ("none.h5", "HDF5 without events where exchange formats put them") })
        {
            Assert.Contains(said, Assert.Throws<EventFileException>(() => EventSummary.Of(folder.File(name))).Message,
                StringComparison.Ordinal);
        }
    }

    private string Write(string name, string text) => EventSamples.Write(folder.Path, name, Encoding.UTF8.GetBytes(text));
}
