using SnnNotebooks.Datasets.Events.Formats;

namespace SnnNotebooks.Datasets.Events;

/// <summary>The formats of event recordings the kit reads.</summary>
public enum EventFormat
{
    /// <summary>jAER's AEDAT 2.0: big-endian pairs of address and time.</summary>
    Aedat2,

    /// <summary>cAER's AEDAT 3.1: packets with a 28-byte header.</summary>
    Aedat31,

    /// <summary>DV's AEDAT 4: FlatBuffers packets, plain, LZ4 or zstd.</summary>
    Aedat4,

    /// <summary>ATIS <c>.bin</c> of N-MNIST and N-Caltech101, and SLAYER's <c>.bs2</c>: 5 bytes an event.</summary>
    AtisBin,

    /// <summary>SLAYER's <c>.bs3</c>: 7 bytes an event.</summary>
    SlayerBs3,

    /// <summary>Prophesee's DAT: 8 bytes an event.</summary>
    Dat,

    /// <summary>Prophesee's RAW in EVT 2.0: 4-byte words.</summary>
    Evt2,

    /// <summary>Prophesee's RAW in EVT 2.1: 8-byte words, up to 32 pixels each.</summary>
    Evt21,

    /// <summary>Prophesee's RAW in EVT 3.0: 2-byte words.</summary>
    Evt3,

    /// <summary>Event Stream 2.0.</summary>
    EventStream,

    /// <summary>Text: lines of times, columns, rows and polarities (.csv, .txt).</summary>
    Text,

    /// <summary>NumPy's .npz and .npy.</summary>
    Numpy,

    /// <summary>HDF5 as Prophesee, v2e, Tonic, DSEC and MVSEC lay it out.</summary>
    Hdf5,

    /// <summary>One that was added by <see cref="EventFormats.Add"/>.</summary>
    Added,
}

/// <summary>How a recording of an added format begins.</summary>
/// <param name="Decoder">Decodes its events, which start after the header. A new one for every recording.</param>
/// <param name="HeaderBytes">Bytes before the first event.</param>
/// <param name="Size">The size of the sensor, where it is known.</param>
/// <param name="RecordBytes">The bytes of an event where all have the same and none depends on another, else 0: such a file may be read in
/// parts.</param>
public sealed record EventStart(EventDecoder Decoder, int HeaderBytes = 0, SensorSize? Size = null, int RecordBytes = 0);

/// <summary>Tells whether a file is of an added format.</summary>
/// <param name="extension">The file's, in upper case, with its dot.</param>
/// <param name="start">Its first bytes, 4096 or all there are.</param>
/// <returns>How it begins, or null where it is of another format.</returns>
public delegate EventStart? EventFormatOpener(string extension, ReadOnlySpan<byte> start);

/// <summary>Names of the formats, and those of your own.</summary>
public static class EventFormats
{
    private static readonly string[] Own = [.. Enum.GetValues<EventFormat>().Where(format => format != EventFormat.Added).Select(Name)];

    /// <summary>All names, for messages.</summary>
    public static string All => string.Join(", ", Own.Concat(Added.Keys));

    /// <summary>The added formats, which are asked before the kit's own.</summary>
    internal static Registry<EventFormatOpener> Added { get; } = new("event format");

    /// <summary>Adds a format: <see cref="EventReader"/>, and all that reads recordings, then reads it, too.</summary>
    /// <param name="name">The name people use.</param>
    /// <param name="open">Tells whether a file is of the format.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Add(string name, EventFormatOpener open)
    {
        if (Own.Contains(name))
        {
            throw new ArgumentException($"There is another event format named {name}: give this one another name.", nameof(name));
        }

        Added.Add(name, open);
    }

    /// <summary>The name people use.</summary>
    /// <param name="format">The format.</param>
    /// <returns>The name, such as AEDAT 2.0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static string Name(this EventFormat format) => format switch
    {
        EventFormat.Aedat2 => "AEDAT 2.0",
        EventFormat.Aedat31 => "AEDAT 3.1",
        EventFormat.Aedat4 => "AEDAT 4.0",
        EventFormat.AtisBin => "ATIS bin",
        EventFormat.SlayerBs3 => "SLAYER bs3",
        EventFormat.Dat => "DAT",
        EventFormat.Evt2 => "EVT 2.0",
        EventFormat.Evt21 => "EVT 2.1",
        EventFormat.Evt3 => "EVT 3.0",
        EventFormat.EventStream => "Event Stream 2.0",
        EventFormat.Text => "text",
        EventFormat.Numpy => "NumPy",
        EventFormat.Hdf5 => "HDF5",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such event format"),
    };
}
