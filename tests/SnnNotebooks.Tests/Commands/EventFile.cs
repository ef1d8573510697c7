using System.Buffers.Binary;
using System.Text;
using SnnNotebooks.Training;

namespace SnnNotebooks.Tests.Commands;

/// <summary>Reads TensorBoard's event files, from the descriptions of TFRecord and of the protocol buffer encoding.</summary>
internal static class EventFile
{
    public static List<(string Tag, long Step, float Value)> Scalars(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var points = new List<(string, long, float)>();
        var first = true;
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(TensorBoardWriter.MaskedCrc(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var message = bytes.Slice(12, length);
            Assert.Equal(TensorBoardWriter.MaskedCrc(message), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            var fields = Fields(message);
            if (first)
            {
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(fields[3]));
                first = false;
            }
            else
            {
                var point = Fields(Fields(fields[5])[1]);
                points.Add((Encoding.UTF8.GetString(point[1]), (long)BinaryPrimitives.ReadUInt64LittleEndian(fields[2]),
                    BinaryPrimitives.ReadSingleLittleEndian(point[2])));
            }

            bytes = bytes[(16 + length)..];
        }

        return points;
    }

    private static Dictionary<int, byte[]> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<int, byte[]>();
        while (message.Length > 0)
        {
            var key = Varint(ref message);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields[number] = BitConverter.GetBytes(Varint(ref message));
                    break;
                case 1:
                    fields[number] = Take(ref message, 8);
                    break;
                case 2:
                    fields[number] = Take(ref message, (int)Varint(ref message));
                    break;
                default:
                    fields[number] = Take(ref message, 4);
                    break;
            }
        }

        return fields;
    }

    private static byte[] Take(ref ReadOnlySpan<byte> message, int count)
    {
        var taken = message[..count].ToArray();
        message = message[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        var (value, shift) = (0UL, 0);
        byte next;
        do
        {
            next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        return value;
    }
}
