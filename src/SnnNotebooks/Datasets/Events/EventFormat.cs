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
}

/// <summary>Names of the formats.</summary>
public static class EventFormats
{
    /// <summary>All names, for messages.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<EventFormat>().Select(Name));

    /// <summary>The name people use.</summary>
    /// <param name="format">The format.</param>
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
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such event format"),
    };
}
