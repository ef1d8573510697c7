using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace SnnNotebooks.Training;

/// <summary>
/// Writes scalars as an event file that TensorBoard shows: TFRecords (length, its masked CRC32C, content, its masked CRC32C) of Event
/// messages in the protocol buffer encoding. Every record is on disk when a call returns; a file that a killed run left is whole but for
/// its last record, and the next run opens one of its own.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    private const uint MaskDelta = 0xA282EAD8;

    private readonly FileStream file;

    /// <summary>Opens an event file in a folder.</summary>
    /// <param name="folder">The folder of the run; made where it is missing.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public TensorBoardWriter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        var now = DateTimeOffset.UtcNow;
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now.ToUnixTimeSeconds():0000000000}.{Environment.MachineName}.{Environment.ProcessId}."
            + $"{Guid.NewGuid():N}");
        Path = System.IO.Path.Combine(folder, name);
        file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(Version(Seconds(now)));
    }

    /// <summary>The event file.</summary>
    public string Path { get; }

    /// <summary>Adds a point of a curve.</summary>
    /// <param name="tag">The curve, for example <c>test/accuracy</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="step">Where it is.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="ArgumentException"><paramref name="tag"/> is empty.</exception>
    public void Scalar(string tag, double value, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Write(Scalar(Seconds(DateTimeOffset.UtcNow), step, tag, (float)value));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>A record around a message.</summary>
    internal static byte[] Record(ReadOnlySpan<byte> message)
    {
        var record = new byte[8 + 4 + message.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        message.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedCrc(message));
        return record;
    }

    /// <summary>CRC32C (Castagnoli), turned right by 15 bits plus a constant, as TFRecord wants it.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + MaskDelta;
    }

    /// <summary>Event { wall_time = 1, file_version = 3 }.</summary>
    internal static byte[] Version(double seconds) => [.. Double(1, seconds), .. Bytes(3, "brain.Event:2"u8)];

    /// <summary>Event { wall_time = 1, step = 2, summary = 5 { value = 1 { tag = 1, simple_value = 2 } } }.</summary>
    internal static byte[] Scalar(double seconds, long step, string tag, float value)
    {
        byte[] point = [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Float(2, value)];
        return [.. Double(1, seconds), (2 << 3) | 0, .. Varint((ulong)step), .. Bytes(5, Bytes(1, point))];
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static byte[] Double(int field, double value)
    {
        var bytes = new byte[9];
        bytes[0] = (byte)((field << 3) | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    private static byte[] Float(int field, float value)
    {
        var bytes = new byte[5];
        bytes[0] = (byte)((field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    private static byte[] Bytes(int field, ReadOnlySpan<byte> content) =>
        [(byte)((field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>(10);
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private void Write(byte[] message)
    {
        file.Write(Record(message));
        file.Flush();
    }
}
