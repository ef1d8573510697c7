using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using K4os.Compression.LZ4.Streams;
using PureHDF;
using ZstdSharp;

namespace SnnNotebooks.Tests.Datasets.Events;

/// <summary>Small recordings of every format, written from the formats' descriptions and not with the kit.</summary>
public static class EventSamples
{
    /// <summary>The events all samples hold: time, column, row, ON.</summary>
    public static readonly (long Time, int X, int Y, int On)[] Events =
    [
        (10, 0, 0, 1), (25, 33, 1, 0), (25, 7, 32, 1), (140, 12, 20, 1), (4_000, 1, 2, 0), (4_100, 33, 33, 1), (70_000, 5, 6, 0),
        (70_001, 6, 6, 0), (70_100, 30, 31, 1),
        (70_101, 3, 4, 0), (70_102, 5, 6, 1), (70_103, 7, 8, 0), (70_104, 9, 10, 1), (70_105, 11, 12, 0), (70_106, 13, 14, 1),
        (70_107, 15, 16, 0), (70_300, 17, 18, 1),
    ];

    /// <summary>A name for each sample, its extension as people write it.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["dvs128.aedat"] = Aedat2(
            "ch.unizh.ini.jaer.chip.retina.DVS128", e => (uint)((e.Y << 8) | ((127 - e.X) << 1) | (1 - e.On)), special: 0x8000),
        ["davis240.aedat"] = Aedat2(
            "eu.seebetter.ini.chips.davis.DAVIS240C", e => (uint)((e.Y << 22) | ((239 - e.X) << 12) | (e.On << 11)), special: 0x80000000),
        ["packets.aedat"] = Aedat31(),
        ["plain.aedat4"] = Aedat4(0, bytes => bytes),
        ["lz4.aedat4"] = Aedat4(1, Lz4),
        ["zstd.aedat4"] = Aedat4(3, Zstd),
        ["atis.bin"] = Join(Events.SelectMany(
            e => new[] { (byte)e.X, (byte)e.Y, (byte)((e.On << 7) | (int)(e.Time >> 16)), (byte)(e.Time >> 8), (byte)e.Time })),
        ["slayer.bs2"] = Join(Events.SelectMany(
            e => new[] { (byte)e.X, (byte)e.Y, (byte)((e.On << 7) | (int)(e.Time >> 16)), (byte)(e.Time >> 8), (byte)e.Time })),
        ["slayer.bs3"] = Join(
            Events.SelectMany(
                e => new[] { (byte)(e.X >> 4), (byte)((e.X << 4) | (e.Y >> 8)), (byte)e.Y, (byte)e.On, (byte)(e.Time >> 16),
                    (byte)(e.Time >> 8), (byte)e.Time })),
        ["two.dat"] = [.. Text("% Data file containing CD events\n% Version 2\n% Width 34\n% Height 34\n"), 12, 8,
            .. Words(Events.SelectMany(e => new[] { (uint)e.Time, (uint)(e.X | (e.Y << 14) | (e.On << 28)) }))],
        ["one.dat"] = [.. Text("% Date 2014-01-01\n"), 0, 8,
            .. Words(Events.SelectMany(e => new[] { (uint)e.Time, (uint)(e.X | (e.Y << 9) | (e.On << 17)) }))],
        ["evt2.raw"] = [.. Text("% evt 2.0\n% geometry 34x34\n"),
            .. Words(
                Events.SelectMany(
                    e => new[] { 0x80000000u | (uint)(e.Time >> 6),
                        ((uint)e.On << 28) | ((uint)(e.Time & 63) << 22) | ((uint)e.X << 11) | (uint)e.Y }))],
        ["evt21.raw"] = [.. Text("% format EVT21;height=34;width=34;endianness=little\n% end\n"),
            .. Words(
                Events.SelectMany(
                    e => new[] { 0u, 0x80000000u | (uint)(e.Time >> 6), 1u,
                        ((uint)e.On << 28) | ((uint)(e.Time & 63) << 22) | ((uint)e.X << 11) | (uint)e.Y }))],
        ["evt3.raw"] = [.. Text("% format EVT3;height=34;width=34\n% end\n"),
            .. Halves(Events.SelectMany(
                e => new[] { 0x8000 | (int)(e.Time >> 12), 0x6000 | (int)(e.Time & 0xFFF), e.Y, 0x2000 | (e.On << 11) | e.X }))],
        ["dvs.es"] = EventStream(1),
        ["atis.es"] = EventStream(2),
        ["names.csv"] = Text("timestamp,x,y,polarity\n" + Lines(e => $"{e.Time},{e.X},{e.Y},{e.On}")),
        ["metavision.csv"] = Text("%geometry:34,34\n" + Lines(e => $"{e.X},{e.Y},{e.On},{e.Time}")),
        ["rpg.txt"] = Text(Lines(e => string.Create(CultureInfo.InvariantCulture, $"{e.Time / 1e6:0.000000} {e.X} {e.Y} {e.On}"))),
        ["v2e.txt"] = Text(
            "#!events.txt\n# Format is time (float s), x, y, polarity (0=off, 1=on) as specified at "
            + "http://rpg.ifi.uzh.ch/davis_data.html\n# Creation time: 01:57PM January 26 2021\n"
            + Lines(e => string.Create(CultureInfo.InvariantCulture, $"{e.Time / 1e6:0.000000} {e.X} {e.Y} {e.On}"))),
        ["records.npy"] = Npy("[('x', '<i2'), ('y', '<i2'), ('t', '<i8'), ('p', '|b1')]", Events.SelectMany(Record)),
        ["columns.npz"] = Npz(
            ("t", Npy("'<i8'", Events.SelectMany(e => BitConverter.GetBytes(e.Time)))),
            ("x", Npy("'<i2'", Halves(Events.Select(e => e.X)))),
            ("y", Npy("'>i2'", Events.SelectMany(e => new[] { (byte)(e.Y >> 8), (byte)e.Y }))),
            ("p", Npy("'|b1'", Events.Select(e => (byte)e.On)))),
        ["v2e.h5"] = Hdf5(new H5File { ["events"] = Grid() }),
        ["dsec.h5"] = Hdf5(new H5File
        {
            ["events"] = new H5Group
            {
                ["t"] = Array.ConvertAll(Events, e => (uint)e.Time),
                ["x"] = Array.ConvertAll(Events, e => (ushort)e.X),
                ["y"] = Array.ConvertAll(Events, e => (ushort)e.Y),
                ["p"] = Array.ConvertAll(Events, e => (byte)e.On),
            },
        }),
        ["prophesee.hdf5"] = Hdf5(
            new H5File { ["CD"] = new H5Group { ["events"] = Array.ConvertAll(
                Events, e => new Cd { x = (ushort)e.X, y = (ushort)e.Y, p = (short)e.On, t = e.Time }) } }),
    };

    public static string Write(string folder, string name, byte[]? bytes = null)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes ?? All[name]);
        return path;
    }

    /// <summary>A packet of AEDAT 4 with these elements: a FlatBuffer of one table with one field, a list of structs.</summary>
    public static byte[] EventPacket(IEnumerable<(long Time, int X, int Y, int On)> events)
    {
        var list = events.ToList();
        var body = new MemoryStream();
        Put(body, 16, 0x53545645); // root at 16; "EVTS"
        Put(body, 0x00080006, 4);  // the field table at 8: its size 6, the table's 8, the first field at 4
        Put(body, 8, 4);           // the table at 16: 8 back to the field table; its field: the list 4 bytes on
        Put(body, list.Count);
        foreach (var (time, x, y, on) in list)
        {
            Put(body, (int)time, (int)(time >> 32), x | (y << 16), on);
        }

        return Sized(body.ToArray());
    }

    public static byte[] Aedat4(byte compression, Func<byte[], byte[]> pack)
    {
        var xml = Text(
            "<dv version=\"2.0\"><node name=\"outInfo\" path=\"/mainloop/Recorder/outInfo/\"><node name=\"3\" path=\"/\"><attr "
            + "key=\"typeIdentifier\" type=\"string\">EVTS</attr>"
            + "<node name=\"info\" path=\"/\"><attr key=\"sizeX\" type=\"int\">34</attr><attr key=\"sizeY\" "
            + "type=\"int\">34</attr></node></node>"
            + "<node name=\"4\" path=\"/\"><attr key=\"typeIdentifier\" type=\"string\">IMUS</attr></node></node></dv>");
        var header = new MemoryStream();
        Put(header, 20, 0x45484F49);      // root at 20; "IOHE"
        Put(header, 0x0014000A, 0x00080004, 0x00000010); // field table at 8: sizes 10 and 20, fields at 4, 8 and 16
        Put(header, 12);                  // the table at 20: 12 back to the field table
        Put(header, compression);
        Put(header, -1, -1);              // no table of packets
        Put(header, 4, xml.Length);       // the text 4 bytes on
        header.Write(xml);
        var file = new MemoryStream();
        file.Write(Text("#!AER-DAT4.0\r\n"));
        file.Write(Sized(header.ToArray()));
        foreach (var packet in new[] { (Id: 3, Bytes: pack(EventPacket(Events[..9]))), (Id: 4, Bytes: new byte[21]),
            (Id: 3, Bytes: pack(EventPacket(Events[9..]))) })
        {
            Put(file, packet.Id, packet.Bytes.Length);
            file.Write(packet.Bytes);
        }

        return file.ToArray();
    }

    public static byte[] Lz4(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var stream = LZ4Stream.Encode(target, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return target.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    private static byte[] Aedat2(string chip, Func<(long Time, int X, int Y, int On), uint> address, uint special)
    {
        var file = new MemoryStream();
        file.Write(
            Text(
                $"#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# AEChip: "
                + $"{chip}\r\n#End of Preferences for this AEChip\r\n"));
        var words = Events.Select(e => (Address: address(e), e.Time)).ToList();
        words.Insert(4, (special, 200)); // no event of a pixel
        Span<byte> pair = stackalloc byte[8];
        foreach (var (word, time) in words)
        {
            BinaryPrimitives.WriteUInt32BigEndian(pair, word);
            BinaryPrimitives.WriteUInt32BigEndian(pair[4..], (uint)time);
            file.Write(pair);
        }

        return file.ToArray();
    }

    private static byte[] Aedat31()
    {
        var file = new MemoryStream();
        file.Write(Text("#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n"));
        foreach (var (kind, capacity, part) in new[] { (1, 9, Events[..9]), (2, 3, default((long, int, int, int)[])),
            (1, 10, Events[9..]) })
        {
            Put(file, kind | (1 << 16), kind == 1 ? 8 : 12, 0, 0, capacity, part?.Length ?? 3, part?.Length ?? 3);
            foreach (var (time, x, y, on) in part ?? [])
            {
                Put(file, (x << 17) | (y << 2) | (on << 1) | 1, (int)time);
            }

            file.Write(new byte[kind == 1 ? 8 * (capacity - part!.Length) : 12 * 3]);
        }

        return file.ToArray();
    }

    private static byte[] EventStream(byte kind)
    {
        var file = new MemoryStream();
        file.Write([.. Text("Event Stream"), 2, 0, 0, kind, 34, 0, 34, 0]);
        var last = 0L;
        var (unit, most) = kind == 1 ? (0x7F, 1) : (0x3F, 3);
        foreach (var (time, x, y, on) in Events)
        {
            var rest = time - last;
            for (; rest >= unit; rest -= unit * Math.Min(most, rest / unit))
            {
                file.WriteByte((byte)(kind == 1 ? 0xFF : 0xFC | Math.Min(most, rest / unit)));
            }

            file.WriteByte((byte)(kind == 1 ? (rest << 1) | (long)on : (rest << 2) | ((long)on << 1)));
            file.Write([(byte)x, 0, (byte)y, 0]);
            file.WriteByte((byte)(kind == 1 ? 0xFE : 0xFC)); // a reset, which means nothing here
            last = time;
        }

        if (kind == 2)
        {
            file.Write([0b101, 1, 0, 1, 0]); // an exposure measurement
        }

        return file.ToArray();
    }

    /// <summary>An <c>.npy</c> file of one axis.</summary>
    public static byte[] Npy(string type, IEnumerable<byte> values, string? shape = null)
    {
        var header = $"{{'descr': {type}, 'fortran_order': False, 'shape': {shape ?? $"({Events.Length},)"}, }}\n";
        return [0x93, .. Text("NUMPY"), 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Text(header), .. values];
    }

    public static byte[] Npz(params (string Name, byte[] Array)[] arrays)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in arrays)
            {
                using var entry = zip.CreateEntry($"{name}.npy").Open();
                entry.Write(array);
            }
        }

        return target.ToArray();
    }

    private static byte[] Hdf5(H5File file)
    {
        using var target = new MemoryStream();
        file.Write(target);
        return target.ToArray();
    }

    private static uint[,] Grid()
    {
        var grid = new uint[Events.Length, 4];
        for (var i = 0; i < Events.Length; i++)
        {
            (grid[i, 0], grid[i, 1], grid[i, 2], grid[i, 3]) =
                ((uint)Events[i].Time, (uint)Events[i].X, (uint)Events[i].Y, (uint)Events[i].On);
        }

        return grid;
    }

    private static IEnumerable<byte> Record((long Time, int X, int Y, int On) e) =>
        [.. BitConverter.GetBytes((short)e.X), .. BitConverter.GetBytes((short)e.Y), .. BitConverter.GetBytes(e.Time), (byte)e.On];

    private static string Lines(Func<(long Time, int X, int Y, int On), string> line) => string.Concat(Events.Select(e => line(e) + "\n"));

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Join(IEnumerable<byte> bytes) => bytes.ToArray();

    private static byte[] Words(IEnumerable<uint> words) => words.SelectMany(BitConverter.GetBytes).ToArray();

    private static byte[] Halves(IEnumerable<int> words) => words.SelectMany(word => BitConverter.GetBytes((ushort)word)).ToArray();

    private static byte[] Sized(byte[] bytes) => [.. BitConverter.GetBytes(bytes.Length), .. bytes];

    /// <summary>Prophesee's record, its members called as they call them.</summary>
    private struct Cd
    {
        public ushort x;
        public ushort y;
        public short p;
        public long t;
    }

    private static void Put(Stream stream, params int[] words)
    {
        foreach (var word in words)
        {
            stream.Write(BitConverter.GetBytes(word));
        }
    }
}
