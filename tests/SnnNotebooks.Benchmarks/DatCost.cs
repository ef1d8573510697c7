using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Benchmarks.Peers;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Events.Formats;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>dat</c>: decodes a DAT file that no cache holds, on one thread and out of the system's page cache, in turns with NumPy, with
/// a plain read of the same file into one buffer, which decodes nothing, and with the file mapped into memory, passed over and decoded.
/// Medians.
/// </summary>
internal static partial class DatCost
{
    private const int Events = 1 << 25; // 268 MB
    private const int Rounds = 9;
    private const int BufferBytes = 1 << 18; // as the kit's own reader has
    private const int HeaderBytes = 52;
    private const int Window = 2 << 20; // of the mapping, whose pages are filled in at once
    private const int FillIn = 22; // MADV_POPULATE_READ of mman.h, Linux 5.14

    private static readonly PairLayout Layout = new(false, true, XShift: 0, XMask: 0x3FFF, YShift: 14, YMask: 0x3FFF, PolarityShift: 28);

    private const string Loader = """
        import sys, time
        import numpy as np
        for path in sys.stdin:
            start = time.perf_counter()
            words = np.fromfile(path.strip(), dtype='<u4', offset=52).reshape(-1, 2)
            t, a = words[:, 0], words[:, 1]
            x, y, p = a & 0x3FFF, (a >> 14) & 0x3FFF, (a >> 28) & 1
            done = t.astype(np.int64), x.astype(np.uint16), y.astype(np.uint16), p.astype(np.uint8)
            print((time.perf_counter() - start) * 1e3, flush=True)
            del words, t, a, x, y, p, done
        """;

    /// <summary>Measures, prints, and where a file is named writes the table there as a question of <c>results</c>.</summary>
    public static int Run(string? file)
    {
        var machine = PeerMachine.Describe(1);
        var path = Path.Combine(Path.GetTempPath(), $"snn-{Guid.NewGuid():N}.dat");
        try
        {
            Write(path);
            using var numpy = Process.Start(
                new ProcessStartInfo("/usr/bin/python3", ["-c", Loader]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            var block = new EventBlock();
            var buffer = new byte[BufferBytes];
            var ways = new (string Name, Func<double> Milliseconds)[]
            {
                ("NumPy", () => Numpy(numpy, path)),
                ("this kit", () => Time(() => Decode(path, block))),
                ("plain read into one buffer of 256 KiB", () => Time(() => Read(path, buffer))),
                ("pass over the mapped file, a number of each cache line", () => Time(() => Map(path, Pass))),
                ("this kit's decoding on the mapped file, pages filled in 2 MiB at a time", () => Time(() => Map(path, Decode))),
                ("this kit's decoding and its check of the places alone, of one such buffer again and again",
                    () => Time(() => Decode(buffer, block))),
            };
            var found = ways.ToDictionary(way => way.Name, _ => new List<double>());
            for (var round = -1; round < Rounds; round++)
            {
                foreach (var (name, milliseconds) in ways)
                {
                    var took = milliseconds();
                    if (round >= 0) // the first brings code and files into memory
                    {
                        found[name].Add(took);
                    }
                }
            }

            numpy.StandardInput.Close();
            numpy.WaitForExit();
            double Median(int way) => found[ways[way].Name].Order().ElementAt(Rounds / 2);
            var rows = ways.Select((way, i) => (IReadOnlyList<string>)
            [
                way.Name, Text($"{Median(i):0.0} ({found[way.Name].Min():0.0})"),
                Text($"{new FileInfo(path).Length / Median(i) / 1e6:0.00}"),
                i == 0 ? "" : Text($"{Median(0) / Median(i):0.0}"), i == 2 ? "" : Text($"{Median(2) / Median(i):0.00}"),
            ]).ToList();
            rows.ForEach(row => Console.WriteLine(string.Join(" | ", row)));
            if (file is not null)
            {
                new Question(
                    $"{WithoutAvx512.Chapter}: decoding a DAT file that no cache holds",
                    [
                        "33.6 million events, 268 MB, out of the system's page cache, one thread; medians of nine turns, in brackets the "
                        + "least.",
                        .. WithoutAvx512.Text,
                    ],
                    [
                        new MeasuredTable(
                            WithoutAvx512.Command("dat FILE"),
                            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, null,
                            [
                                new("what"), new("ms"), new("GB/s"), new("NumPy / this", "NumPy 1.24 on the same file"),
                                new("plain read / this", "this kit's host, .NET 10: RandomAccess.Read of the same file"),
                            ],
                            rows),
                    ],
                    [], []).Save(file);
            }

            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(string path)
    {
        var header = "% Data file containing CD events\n% Version 2\n% It\n\f\b"u8;
        using var stream = File.Create(path);
        stream.Write(header);
        var random = new Random(1);
        var words = new uint[1 << 16];
        for (var e = 0; e < Events; e += words.Length / 2)
        {
            for (var i = 0; i < words.Length; i += 2)
            {
                (words[i], words[i + 1]) = ((uint)(e + (i / 2)), (uint)random.Next() & 0x1007C03F);
            }

            stream.Write(MemoryMarshal.AsBytes(words.AsSpan()));
        }
    }

    private static void Decode(string path, EventBlock block)
    {
        using var reader = EventReader.Open(path);
        var count = 0L;
        while (reader.Read(block))
        {
            count += block.Count;
        }

        Expect(Events, count);
    }

    private static void Decode(byte[] buffer, EventBlock block)
    {
        var (count, used, largest) = (0L, 0, 0);
        for (; count < Events; count += block.Count, used %= buffer.Length)
        {
            block.Count = 0;
            used += Layout.Decode(buffer.AsSpan(used), 0, block);
            largest = Math.Max(largest, Math.Max(EventBlock.Largest(block.X), EventBlock.Largest(block.Y)));
        }

        Expect(Events, count);
        Expect(0x3FFF, largest | 0x3FFF);
    }

    private static void Read(string path, byte[] buffer)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long read;
        var at = 0L;
        while ((read = RandomAccess.Read(handle, buffer, at)) > 0)
        {
            at += read;
        }

        Expect(RandomAccess.GetLength(handle), at);
    }

    private static unsafe void Map(string path, Action<nint, long> use)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* first = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        try
        {
            use((nint)first, new FileInfo(path).Length);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static unsafe void Pass(nint first, long length)
    {
        const int Line = 64;
        var bits = 0L;
        for (var at = 0L; at + sizeof(long) <= length; at += Line)
        {
            bits |= *(long*)(first + (nint)at);
        }

        Expect(0, BitOperations.LeadingZeroCount((ulong)(bits | long.MinValue)));
    }

    private static unsafe void Decode(nint first, long length)
    {
        var (block, count, at) = (new EventBlock(), 0L, (long)HeaderBytes);
        for (var filled = 0L; filled < length; filled += Window)
        {
            var end = Math.Min(length, filled + Window);
            Expect(0, Advise(first + (nint)filled, (nint)(end - filled), FillIn));
            while (end - at >= PairLayout.Bytes)
            {
                block.Count = 0;
                at += Layout.Decode(new ReadOnlySpan<byte>((void*)(first + (nint)at), (int)(end - at)), 0, block);
                count += block.Count;
            }
        }

        Expect(Events, count);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nint length, int advice);

    private static double Numpy(Process numpy, string path)
    {
        numpy.StandardInput.WriteLine(path);
        numpy.StandardInput.Flush();
        return double.Parse(
            numpy.StandardOutput.ReadLine() ?? throw new InvalidOperationException(
                "The NumPy loader failed; it needs /usr/bin/python3 with NumPy (apt-get install python3-numpy)."),
            CultureInfo.InvariantCulture);
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Expect(long expected, long found)
    {
        if (expected != found)
        {
            throw new InvalidOperationException($"Expected {expected}, found {found}.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
