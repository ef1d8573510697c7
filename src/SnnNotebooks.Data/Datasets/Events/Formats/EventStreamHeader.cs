using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>The beginning of an Event Stream file.</summary>
internal static class EventStreamHeader
{
    private const int FixedBytes = 16;
    private const int SizeBytes = 4;

    public static RecordingHeader Read(ByteSource source)
    {
        var header = source.Peek(FixedBytes);
        if (header.Length < FixedBytes)
        {
            throw source.Bad($"the file ends inside its header of {FixedBytes} bytes (cut short)");
        }

        var (major, minor, patch, kind) = (header[12], header[13], header[14], header[15]);
        if (major != 2)
        {
            throw source.Bad(12, $"it is Event Stream version {major}.{minor}.{patch}; 2 is read");
        }

        source.Advance(FixedBytes);
        if (kind == 0)
        {
            return new RecordingHeader(
                EventFormat.EventStream, new GenericStreamDecoder(source.Name), new SensorSize(0, 0, SensorSizeOrigin.Camera));
        }

        if (kind is not (1 or 2 or 4))
        {
            throw source.Bad(15, $"it is of kind {kind}; generic (0), DVS (1), ATIS (2) and colour (4) events are read");
        }

        var size = source.Peek(SizeBytes);
        if (size.Length < SizeBytes)
        {
            throw source.Bad("the file ends inside the size of the sensor (cut short)");
        }

        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(size), BinaryPrimitives.ReadUInt16LittleEndian(size[2..]));
        if (width == 0 || height == 0)
        {
            throw source.Bad($"it says the sensor has {width} x {height} pixels");
        }

        source.Advance(SizeBytes);
        return new RecordingHeader(EventFormat.EventStream, kind == 4
            ? new ColourStreamDecoder()
            : new EventStreamDecoder(isAtis: kind == 2), new SensorSize(width, height, SensorSizeOrigin.Stated));
    }
}
