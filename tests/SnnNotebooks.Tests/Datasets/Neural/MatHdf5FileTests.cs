using System.Diagnostics;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets.Neural;

/// <summary>MAT files of version 7.3, written by h5py as MATLAB lays them out: a user block, reversed axes, references.</summary>
public sealed class MatHdf5FileTests : IDisposable
{
    private const string H5Py = "/usr/lib/python3/dist-packages/h5py/__init__.py";

    private const string Begin = """
        import h5py, numpy as np, os, sys
        os.chdir(sys.argv[1])
        f = h5py.File('x.mat', 'w', userblock_size=512)
        refs = f.create_group('#refs#')
        def array(name, values, kind='double', group=f):
            d = group.create_dataset(name, data=np.asarray(values).T)
            if kind: d.attrs['MATLAB_class'] = np.bytes_(kind)
            return d
        def empty(name, shape, kind='double', group=f):
            d = group.create_dataset(name, data=np.array(shape, 'u8'))
            d.attrs['MATLAB_class'] = np.bytes_(kind); d.attrs['MATLAB_empty'] = np.uint8(1)
            return d
        def hidden(values): return array('r%d' % len(refs), values, group=refs)
        def cells(name, objects, shape, kind='cell', group=f):
            r = np.empty(len(objects), h5py.ref_dtype); r[:] = [o.ref for o in objects]
            d = group.create_dataset(name, data=r.reshape(shape).T)
            if kind: d.attrs['MATLAB_class'] = np.bytes_(kind)
            return d
        def struct(name, group=f):
            g = group.create_group(name); g.attrs['MATLAB_class'] = np.bytes_('struct'); return g

        """;

    private const string End = """

        f.close()
        with open('x.mat', 'r+b') as b:
            b.write(b'MATLAB 7.3 MAT-file, written by a test'.ljust(124) + bytes([0, 2]) + b'IM')
        """;

    private readonly TemporaryFolder folder = new();

    [NeedsToolFact(H5Py, "python3-h5py")]
    public void Numbers_texts_cells_and_structs_are_those_of_MATLAB()
    {
        using var scope = NewDisposeScope();
        var file = Read(
            """
            array('rows', np.arange(6.0).reshape(2, 3))
            array('deep', np.arange(24, dtype='i2').reshape(2, 3, 4), 'int16')
            array('flags', np.array([[1, 0]], 'u1'), 'logical')
            array('word', np.array([[ord(c) for c in 'Zelle ä']], 'u2'), 'char')
            array('wave', np.array([[(1.0, 2.0), (3.0, -4.0)]], [('real', 'f8'), ('imag', 'f8')]))
            empty('nothing', (0, 3))
            cells('mixed', [hidden([[1.0], [2.5]]), empty('e', (0, 0), group=refs), cells('inner', [hidden([[7.0]])], (1, 1), group=refs)],
                (1, 3))
            s = struct('one'); array('a', [[4.0]], group=s); array('b', [[5.0, 6.0]], group=s)
            m = struct('many')
            cells('ts', [hidden([[1.0]]), hidden([[2.0], [3.0]])], (1, 2), None, m)
            cells('id', [hidden([[10.0]]), hidden([[20.0]])], (1, 2), None, m)
            o = array('clock', np.array([[1, 2, 3]], 'u4'), 'datetime'); o.attrs['MATLAB_object_decode'] = np.int32(3)
            """);

        Assert.Equal([2, 3], file["rows"].Shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], file["rows"].Doubles());
        Assert.Equal([0f, 1, 2, 3, 4, 5], file["rows"].ToTensor().to(float32).flatten().data<float>().ToArray());
        Assert.Equal(("int16", 24f - 1), (file["deep"].ElementName, file["deep"].ToTensor()[1, 2, 3].to(float32).item<float>()));
        Assert.True(file["flags"].IsLogical);
        Assert.Equal("Zelle ä", file["word"].Text());
        Assert.Equal([1, 3], file["wave"].Doubles());
        Assert.Equal([0, 3], file["nothing"].Shape);
        Assert.Equal([2L, 0, 1], file["mixed"].Cells.Select(cell => cell.Count));
        Assert.Equal([1, 2.5], file["mixed"].Cells[0].Doubles());
        Assert.Equal([7], file["mixed"].Cells[2].Cells[0].Doubles());
        Assert.Equal([5, 6], file["one"].Field("b").Doubles());
        Assert.Equal([2, 3], file["many"].Field("ts", 1).Doubles());
        Assert.Equal([10], file["many"].Field("id").Doubles());
        Assert.Equal(MatClass.Opaque, file["clock"].Class);
        Assert.Equal(10, file.Variables.Count);
    }

    [NeedsToolFact(H5Py, "python3-h5py")]
    public void Spike_trains_and_arrays_are_found_as_in_older_versions()
    {
        Read("cells('spikes', [hidden([[0.1], [0.25], [0.3]]), hidden([[0.2], [0.7], [1.0]])], (1, 2))");
        Assert.Equal(new SpikeSummary("mat", 2, 6, 0.1, 1), NeuralSummary.Of(folder.File("x.mat")));

        Read("array('counts', np.arange(60.0).reshape(20, 3))");
        using var recording = TrialRecording.Open(folder.File("x.mat"), new TrialRecordingOptions { Bins = 5 });
        Assert.Equal([4, 5, 3], recording.Counts.shape);
        Assert.Equal([15f, 16, 17], recording.Counts[1, 0].data<float>().ToArray());
    }

    [NeedsToolTheory(H5Py, "python3-h5py")]
    [InlineData("c = cells('a', [hidden([[1.0]])], (1, 1), group=refs); c[0, 0] = c.ref; cells('loop', [c], (1, 1))", "in a circle")]
    [InlineData("d = f.create_dataset('big', shape=(1 << 14, 1 << 14), dtype='f8', chunks=(1, 1 << 14), compression=9); "
        + "d.attrs['MATLAB_class'] = np.bytes_('double')", "impossible|unpacks to more")]
    [InlineData("g = f.create_group('away'); array('v', [[1.0]], group=g); cells('c', [g['v']], (1, 1))", "not in #refs#")]
    [InlineData("m = struct('s'); cells('a', [hidden([[1.0]])], (1, 1), None, m); cells('b', [hidden([[1.0]])] * 2, (1, 2), None, m)",
        "different numbers of records")]
    [InlineData("f.create_dataset('c', (3,), h5py.ref_dtype).attrs['MATLAB_class'] = np.bytes_('cell')", "not in #refs#")]
    [InlineData("array('text', np.array([[70000]], 'u4'), 'char')", "a letter of its text has the number 70000")]
    [InlineData("array('text', np.array([[-1]], 'i2'), 'char')", "a letter of its text has the number -1")]
    public void What_leads_nowhere_in_a_circle_or_to_too_much_is_refused(string python, string said)
    {
        Write(python);

        Bounded.Run(
            () =>
            {
                var words = Assert.Throws<DatasetException>(() => MatFile.Read(folder.File("x.mat"))).Message;
                Assert.True(said.Split('|').Any(part => words.Contains(part, StringComparison.Ordinal)), words);
            }, mostBytes: 64 << 20);
    }

    public void Dispose() => folder.Dispose();

    private MatFile Read(string python)
    {
        Write(python);
        return MatFile.Read(folder.File("x.mat"));
    }

    private void Write(string python)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Begin + python + End, folder.Path])
        {
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
