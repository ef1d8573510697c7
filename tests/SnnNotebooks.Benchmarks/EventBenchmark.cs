using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SnnNotebooks.Datasets.Events;
using TorchSharp;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// Decoding of four million events of a file, integration of 200,000 events into 16 frames of 128 x 128, and of a whole file. Baselines are
/// NumPy loaders of the same files, vectorised, in a Python process that is started once (<c>/usr/bin/python3</c> with NumPy). Events per
/// second = 4,194,304 / mean; frames per second = 16 / mean.
/// Streaming decodes the whole file into one block that is used again (by two threads: its summary); loading keeps all columns, as NumPy
/// does, and so also measures how fast the system gives out 54 MB of fresh memory. From file to frames is what a training set does once for
/// each recording.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class EventBenchmark : IDisposable
{
    private const int Events = 1 << 22;
    private const int FrameEvents = 200_000;
    private const int Frames = 16;

    private const string Loader = """
        import sys
        import numpy as np
        def dat(path):
            words = np.fromfile(path, dtype='<u4', offset=52).reshape(-1, 2)
            t, a = words[:, 0], words[:, 1]
            x, y, p = a & 0x3FFF, (a >> 14) & 0x3FFF, (a >> 28) & 1
            return t.astype(np.int64), x.astype(np.uint16), y.astype(np.uint16), p.astype(np.uint8)
        def aedat2(path):
            words = np.fromfile(path, dtype='>u4', offset=44).reshape(-1, 2)
            a, t = words[:, 0], words[:, 1]
            keep = (a & 0x8000) == 0
            a, t = a[keep], t[keep]
            x, y, p = 127 - ((a >> 1) & 0x7F), (a >> 8) & 0x7F, 1 - (a & 1)
            return t.astype(np.int64), x.astype(np.uint16), y.astype(np.uint16), p.astype(np.uint8)
        def atis(path):
            b = np.fromfile(path, dtype=np.uint8).astype(np.uint32)
            return ((b[2::5] & 127) << 16) | (b[3::5] << 8) | b[4::5], b[0::5], b[1::5], b[2::5] >> 7
        def evt2(path):
            w = np.fromfile(path, dtype='<u4', offset=27)
            kind = w >> 28
            at = np.maximum.accumulate(np.where(kind == 8, np.arange(len(w)), 0))
            keep = kind < 2
            time = ((w[at] & 0xFFFFFFF).astype(np.int64) << 6) | ((w >> 22) & 0x3F)
            return time[keep], ((w[keep] >> 11) & 0x7FF).astype(np.uint16), (w[keep] & 0x7FF).astype(np.uint16), kind[keep].astype(np.uint8)
        def integrate(t, x, y, p):
            result = np.zeros((16, 2, 128 * 128))
            each = len(t) // 16
            for i in range(16):
                part = slice(i * each, (i + 1) * each if i < 15 else len(t))
                for c in range(2):
                    mask = p[part] == c
                    counts = np.bincount(y[part][mask].astype(np.int64) * 128 + x[part][mask])
                    result[i, c, np.arange(counts.size)] += counts
            return result
        def frames(path, state={}):
            if path not in state:
                state[path] = tuple(column[:200000] for column in aedat2(path))
            return integrate(*state[path])
        def file_frames(path):
            return integrate(*aedat2(path))
        for line in sys.stdin:
            name, path = line.split(maxsplit=1)
            globals()[name](path.strip())
            print('done', flush=True)
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("snn-benchmark-").FullName;
    private readonly EventBlock block = new();
    private readonly Process numpy;
    private readonly EventRecording gesture;

    public EventBenchmark()
    {
        var random = new Random(1);
        Write("events.dat", "% Data file containing CD events\n% Version 2\n% It\n\f\b", (e, pair) =>
        {
            BinaryPrimitives.WriteUInt32LittleEndian(pair, (uint)e);
            BinaryPrimitives.WriteUInt32LittleEndian(pair[4..], (uint)random.Next() & 0x1007C03F);
        });
        Write("events.aedat", "#!AER-DAT2.0\r\n# AEChip: jaer.retina.DVS128\r\n", (e, pair) =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(pair, (uint)random.Next() & 0x7FFF);
            BinaryPrimitives.WriteUInt32BigEndian(pair[4..], (uint)e);
        });
        var atis = new byte[5 * Events];
        random.NextBytes(atis);
        File.WriteAllBytes(At("events.bin"), atis);
        using (var evt2 = File.Create(At("events.raw")))
        {
            evt2.Write(Encoding.ASCII.GetBytes("% evt 2.0\n% date 2020 -- -\n"));
            var words = new uint[Events + (Events / 16)];
            for (int at = 0, time = 0; at < words.Length; at++)
            {
                words[at] = at % 17 == 0 ? 0x80000000 | (uint)time++ : ((uint)random.Next() & 0x1FC3F83F) | (uint)(random.Next(2) << 28);
            }

            evt2.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        }

        gesture = EventRecording.Load(At("events.aedat")).Slice(0, FrameEvents);
        numpy = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", Loader]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    [Benchmark(Baseline = true), BenchmarkCategory("DAT")]
    public void DatNumpy() => Numpy("dat", "events.dat");

    [Benchmark, BenchmarkCategory("DAT")]
    public long DatStream() => Stream("events.dat");

    [Benchmark, BenchmarkCategory("DAT")]
    public long DatStreamTwoThreads() => EventSummary.Of(At("events.dat"), threads: 2).Events;

    [Benchmark, BenchmarkCategory("DAT")]
    public int DatLoadOneThread() => EventRecording.Load(At("events.dat")).Count;

    [Benchmark, BenchmarkCategory("DAT")]
    public int DatLoadTwoThreads() => EventRecording.Load(At("events.dat"), threads: 2).Count;

    [Benchmark(Baseline = true), BenchmarkCategory("AEDAT 2.0")]
    public void AedatNumpy() => Numpy("aedat2", "events.aedat");

    [Benchmark, BenchmarkCategory("AEDAT 2.0")]
    public long AedatStream() => Stream("events.aedat");

    [Benchmark, BenchmarkCategory("AEDAT 2.0")]
    public long AedatStreamTwoThreads() => EventSummary.Of(At("events.aedat"), threads: 2).Events;

    [Benchmark, BenchmarkCategory("AEDAT 2.0")]
    public int AedatLoadOneThread() => EventRecording.Load(At("events.aedat")).Count;

    [Benchmark, BenchmarkCategory("AEDAT 2.0")]
    public int AedatLoadTwoThreads() => EventRecording.Load(At("events.aedat"), threads: 2).Count;

    [Benchmark(Baseline = true), BenchmarkCategory("ATIS bin")]
    public void AtisNumpy() => Numpy("atis", "events.bin");

    [Benchmark, BenchmarkCategory("ATIS bin")]
    public long AtisStream() => Stream("events.bin");

    [Benchmark, BenchmarkCategory("ATIS bin")]
    public long AtisStreamTwoThreads() => EventSummary.Of(At("events.bin"), threads: 2).Events;

    [Benchmark, BenchmarkCategory("ATIS bin")]
    public int AtisLoadOneThread() => EventRecording.Load(At("events.bin")).Count;

    [Benchmark(Baseline = true), BenchmarkCategory("EVT 2.0")]
    public void Evt2Numpy() => Numpy("evt2", "events.raw");

    [Benchmark, BenchmarkCategory("EVT 2.0")]
    public long Evt2Stream() => Stream("events.raw");

    [Benchmark(Baseline = true), BenchmarkCategory("16 frames")]
    public void FramesNumpy() => Numpy("frames", "events.aedat");

    [Benchmark, BenchmarkCategory("16 frames")]
    public void FramesOneThread()
    {
        using var frames = EventFrames.Of(gesture, FrameRule.Number(Frames));
    }

    /// <summary>Two recordings at once, so half of the mean is the time of one.</summary>
    [Benchmark, BenchmarkCategory("16 frames")]
    public void FramesOfTwoRecordingsTwoThreads() => Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
    {
        using var frames = EventFrames.Of(gesture, FrameRule.Number(Frames));
    });

    [Benchmark(Baseline = true), BenchmarkCategory("file to 16 frames")]
    public void FileFramesNumpy() => Numpy("file_frames", "events.aedat");

    [Benchmark, BenchmarkCategory("file to 16 frames")]
    public void FileFramesOneThread()
    {
        using var frames = EventFrames.Of(EventRecording.Load(At("events.aedat")), FrameRule.Number(Frames));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        numpy.StandardInput.Close();
        numpy.WaitForExit();
        numpy.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Write(string name, string header, Fill fill)
    {
        using var file = File.Create(At(name));
        file.Write(Encoding.ASCII.GetBytes(header));
        var pairs = new byte[8 * Events];
        for (var e = 0; e < Events; e++)
        {
            fill(e, pairs.AsSpan(8 * e, 8));
        }

        file.Write(pairs);
    }

    private long Stream(string name)
    {
        using var reader = EventReader.Open(At(name));
        var count = 0L;
        while (reader.Read(block))
        {
            count += block.Count;
        }

        return count;
    }

    private void Numpy(string loader, string name)
    {
        numpy.StandardInput.WriteLine($"{loader} {At(name)}");
        numpy.StandardInput.Flush();
        if (numpy.StandardOutput.ReadLine() != "done")
        {
            throw new InvalidOperationException(
                "The NumPy loader failed; it needs /usr/bin/python3 with NumPy (apt-get install python3-numpy).");
        }
    }

    private delegate void Fill(int number, Span<byte> pair);
}
