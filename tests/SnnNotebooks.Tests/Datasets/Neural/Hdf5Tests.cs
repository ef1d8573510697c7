using System.Diagnostics;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Neural;

/// <summary>What the HDF5 library writes, here by h5py, and PureHDF alone does not read, or reads as something else.</summary>
public sealed class Hdf5Tests : IDisposable
{
    private const string H5Py = "/usr/lib/python3/dist-packages/h5py/__init__.py";

    private const string Begin = """
        import h5py, numpy as np, os, sys
        os.chdir(sys.argv[1])
        def nwb(name):
            f = h5py.File(name, 'w'); f.attrs['nwb_version'] = '2.6.0'; f.attrs['namespace'] = 'core'; return f
        def units(g):
            g['id'] = np.arange(2); g['spike_times'] = np.array([0.5, 2.25, 1.0]); g['spike_times_index'] = np.array([2, 3], dtype='u1')

        """;

    private readonly TemporaryFolder folder = new();

    /// <summary>Python that writes <c>x.nwb</c> with two units of two and one spikes, in some way.</summary>
    public static TheoryData<string, string> Ways { get; } = new()
    {
        { "plain", "f = nwb('x.nwb'); units(f.create_group('units'))" },
        { "links to columns",
            "b = h5py.File('b.h5', 'w'); units(b); b.close(); f = nwb('x.nwb'); g = f.create_group('units')\nfor n in ('id', "
            + "'spike_times', 'spike_times_index'): g[n] = h5py.ExternalLink('b.h5', '/' + n)" },
        { "a link to the group",
            "b = h5py.File('b.h5', 'w'); units(b.create_group('deep/units')); b.close(); f = nwb('x.nwb'); f['units'] = "
            + "h5py.ExternalLink('b.h5', 'deep/units')" },
        { "a link to a folder below",
            "os.mkdir('sub'); b = h5py.File('sub/b.h5', 'w'); units(b.create_group('units')); b.close(); f = nwb('x.nwb'); f['units'] = "
            + "h5py.ExternalLink('sub/b.h5', 'units')" },
        { "a link to a folder that is no more",
            "b = h5py.File('b.h5', 'w'); units(b.create_group('units')); b.close(); f = nwb('x.nwb'); f['units'] = "
            + "h5py.ExternalLink('/no/such/folder/b.h5', 'units')" },
        { "a chain of links",
            "c = h5py.File('c.h5', 'w'); units(c.create_group('units')); c.close(); b = h5py.File('b.h5', 'w'); b['there'] = "
            + "h5py.ExternalLink('c.h5', 'units'); b['soft'] = h5py.SoftLink('/there'); b.close(); f = nwb('x.nwb'); f['units'] = "
            + "h5py.ExternalLink('b.h5', 'soft')" },
        { "soft links", "f = nwb('x.nwb'); g = f.create_group('a/b'); units(g); f['units'] = h5py.SoftLink('a/b')" },
        { "many links",
            "f = h5py.File('x.nwb', 'w', libver='latest'); f.attrs['nwb_version'] = '2.6.0'; units(f.create_group('b')); g = "
            + "f.create_group('units')\nfor n in ('id', 'spike_times', 'spike_times_index'): g[n] = h5py.SoftLink('../b/' + n) if False "
            + "else h5py.SoftLink('/b/' + n)\nfor i in range(40): g['x%d' % i] = np.arange(2.0)" },
        { "a virtual dataset",
            "b = h5py.File('b.h5', 'w'); b['v'] = np.array([0.5, 2.25]); b['w'] = np.array([1.0]); b.close(); f = nwb('x.nwb'); g = "
            + "f.create_group('units'); units(g); del g['spike_times']; l = h5py.VirtualLayout(shape=(3,), dtype='f8'); l[:2] = "
            + "h5py.VirtualSource('b.h5', 'v', shape=(2,)); l[2:] = h5py.VirtualSource('b.h5', 'w', shape=(1,)); "
            + "g.create_virtual_dataset('spike_times', l)" },
        { "a virtual dataset of its own file",
            "f = h5py.File('x.nwb', 'w', libver='latest'); f.attrs['nwb_version'] = '2.6.0'; g = f.create_group('units'); units(g); "
            + "g.move('spike_times', '/v'); l = h5py.VirtualLayout(shape=(3,), dtype='f8'); l[:] = h5py.VirtualSource(f['v']); "
            + "g.create_virtual_dataset('spike_times', l)" },
        { "LZF",
            "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; g.create_dataset('spike_times', data=[0.5, "
            + "2.25, 1.0], chunks=(3,), compression='lzf')" },
        { "LZF and shuffle",
            "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; d = g.create_dataset('spike_times', "
            + "shape=(3,), maxshape=(None,), chunks=(1000,), dtype='f8', compression='lzf', shuffle=True); d[:] = [0.5, 2.25, 1.0]" },
        { "gzip, shuffle and checksum",
            "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; g.create_dataset('spike_times', data=[0.5, "
            + "2.25, 1.0], chunks=(3,), compression='gzip', shuffle=True, fletcher32=True)" },
        { "nothing in a column",
            "f = nwb('x.nwb'); g = f.create_group('units'); units(g); g['quality'] = h5py.Empty('S3'); g['presence_ratio'] = "
            + "h5py.Empty('f8'); g.attrs['description'] = h5py.Empty('S5')" },
    };

    /// <summary>Python that writes <c>x.nwb</c>, and what must be said of it.</summary>
    public static TheoryData<string, string> Refused { get; } = new()
    {
        { "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; g['spike_times'] = "
            + "h5py.ExternalLink('gone.h5', 'a')", "gone.h5" },
        { "f = nwb('x.nwb'); f['units'] = h5py.ExternalLink('gone.h5', '/units')", "gone.h5" },
        { "b = h5py.File('b.h5', 'w'); b.close(); f = nwb('x.nwb'); f['units'] = h5py.ExternalLink('b.h5', '/units')",
            "b.h5, where nothing of this name is" },
        { "open('b.h5', 'w').write('no HDF5'); f = nwb('x.nwb'); f['units'] = h5py.ExternalLink('b.h5', '/units')",
            "b.h5 is not an HDF5 file" },
        { "os.mkfifo('b.h5'); f = nwb('x.nwb'); f['units'] = h5py.ExternalLink('b.h5', '/units')", "b.h5" },
        { "f = nwb('x.nwb'); f['units'] = h5py.SoftLink('/gone')", "leads" },
        { "f = nwb('x.nwb'); f['units'] = h5py.ExternalLink('x.nwb', '/units')", "circle" },
        { "b = h5py.File('b.h5', 'w'); b['u'] = h5py.ExternalLink('x.nwb', '/units'); b.close(); f = nwb('x.nwb'); f['units'] = "
            + "h5py.ExternalLink('b.h5', '/u')", "circle" },
        { "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; l = h5py.VirtualLayout(shape=(3,), "
            + "dtype='f8'); l[:] = h5py.VirtualSource('gone.h5', 'v', shape=(3,)); g.create_virtual_dataset('spike_times', l)", "gone.h5" },
        { "b = h5py.File('b.h5', 'w'); b.close(); f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; l = "
            + "h5py.VirtualLayout(shape=(3,), dtype='f8'); l[:] = h5py.VirtualSource('b.h5', 'v', shape=(3,)); "
            + "g.create_virtual_dataset('spike_times', l)", "where no such array is" },
        { "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; g.create_dataset('spike_times', shape=(3,), "
            + "dtype='f8', external=[('/etc/hostname', 0, 24)])", "outside the file" },
        { "open('raw.bin', 'wb').write(bytes(24)); f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; "
            + "g.create_dataset('spike_times', shape=(3,), dtype='f8', external=[('raw.bin', 0, 24)])", "outside the file" },
        { "f = nwb('x.nwb'); g = f.create_group('units'); units(g); del g['spike_times']; d = g.create_dataset('spike_times', shape=(1 "
            + "<< 29,), dtype='f8', chunks=(1 << 20,))", "impossible for a file of" },
    };

    public void Dispose() => folder.Dispose();

    [NeedsToolTheory(H5Py, "python3-h5py")]
    [MemberData(nameof(Ways))]
    public void Units_are_found_whichever_way_they_are_stored(string way, string python)
    {
        Write(python);

        Assert.True(NeuralSummary.Of(folder.File("x.nwb")) is SpikeSummary { Units: 2, Spikes: 3, FirstSpike: 0.5, LastSpike: 2.25 },
            $"{way}: {NeuralSummary.Of(folder.File("x.nwb"))}");
    }

    [NeedsToolTheory(H5Py, "python3-h5py")]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_read_is_said_with_the_name_of_what_is_missing(string python, string said)
    {
        Write(python);

        Bounded.Run(
            () => Assert.Contains(said, Assert.Throws<DatasetException>(() => NeuralSummary.Of(folder.File("x.nwb"))).Message,
                StringComparison.Ordinal), mostBytes: 64 << 20);
    }

    [NeedsToolFact(H5Py, "python3-h5py")]
    public void Noise_that_LZF_leaves_unpacked_is_read_or_refused_and_never_mixed_up()
    {
        Write(
            "n = np.random.default_rng(1).random(4000).cumsum()\nf = h5py.File('x.h5', 'w'); f['plain'] = n; f.create_dataset('lzf', "
            + "data=n, chunks=(1000,), compression='lzf'); f.create_dataset('both', data=n, chunks=(1000,), compression='lzf', "
            + "shuffle=True); f.create_dataset('bytes', data=np.random.default_rng(2).integers(0, 256, 4000, dtype='u1'), "
            + "chunks=(1000,), compression='lzf', shuffle=False); f['noise'] = f['bytes'][:]; f.create_dataset('even', "
            + "data=np.repeat(np.arange(40.0), 100), chunks=(1000,), compression='lzf', shuffle=True)");
        using var file = Hdf5File.Open(folder.File("x.h5"));

        Assert.Equal(file.ReadDoubles("plain"), file.ReadDoubles("lzf"));
        Assert.Equal(file.ReadLongs("noise"), file.ReadLongs("bytes"));
        Assert.Equal(Enumerable.Range(0, 4000).Select(i => Math.Floor(i / 100.0)), file.ReadDoubles("even"));
        try
        {
            Assert.Equal(file.ReadDoubles("plain"), file.ReadDoubles("both"));
        }
        catch (DatasetException refused)
        {
            Assert.Contains("h5repack", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_packed_by_LZF_are_unpacked_and_damaged_ones_never_lead_outside()
    {
        var unpacked = new byte[600];
        byte[] packed = [2, 1, 2, 3, 0xE0, 250, 2, 0x20, 0]; // 1 2 3, then 259 bytes from 3 before, then 3 times the last
        Assert.Equal(265, LzfFilter.Unpack(packed, unpacked));
        Assert.Equal(Enumerable.Range(0, 262).Select(i => (byte)((i % 3) + 1)), unpacked[..262]);
        Assert.Equal(Enumerable.Repeat(unpacked[261], 3), unpacked[262..265]);
        for (var length = 1; length < packed.Length; length++)
        {
            Assert.True(length is 4 or 7
                ? LzfFilter.Unpack(packed.AsSpan(0, length), unpacked) > 0
                : LzfFilter.Unpack(packed.AsSpan(0, length), unpacked) is null);
        }

        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            Assert.InRange(LzfFilter.Unpack(bytes, unpacked.AsSpan(0, random.Next(600))) ?? 0, 0, 600);
        }
    }

    private void Write(string python)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", Begin + python, folder.Path]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
