using System.Buffers.Binary;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Commands;
using SnnNotebooks.Training;

namespace SnnNotebooks.Tests.Training;

public sealed class TensorBoardWriterTests
{
    [Fact]
    public void The_checksum_is_CRC32C_masked()
    {
        // RFC 3720, B.4: 32 zeros have 0x8A9136AA; the mask is a turn right by 15 bits plus 0xA282EAD8
        const uint Crc = 0x8A9136AA;

        Assert.Equal(unchecked(((Crc >> 15) | (Crc << 17)) + 0xA282EAD8), TensorBoardWriter.MaskedCrc(new byte[32]));
    }

    [Fact]
    public void A_record_has_the_bytes_that_TensorFlow_writes()
    {
        // wall_time 1.0, step 3, summary { value { tag: "a", simple_value: 0.5 } }, field by field
        byte[] message = [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 3, 0x2A, 10, 0x0A, 8, 0x0A, 1, (byte)'a', 0x15, 0, 0, 0, 0x3F];
        Assert.Equal(message, TensorBoardWriter.Scalar(1, 3, "a", 0.5f));

        var record = TensorBoardWriter.Record(message);
        Assert.Equal((ulong)message.Length, BinaryPrimitives.ReadUInt64LittleEndian(record));
        Assert.Equal(message, record[12..^4]);

        // the first record of every file: wall_time 0, file_version "brain.Event:2"
        Assert.Equal([0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1A, 13, .. "brain.Event:2"u8], TensorBoardWriter.Version(0));
    }

    [Fact]
    public void Points_come_back_and_two_runs_in_a_folder_have_files_of_their_own()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TensorBoardWriter(folder.File("run")))
        using (var other = new TensorBoardWriter(folder.File("run")))
        {
            writer.Scalar("loss", 0.25, 1);
            writer.Scalar("größe", double.NaN, 300);
            Assert.NotEqual(writer.Path, other.Path);
            Assert.Equal([("loss", 1L, 0.25f), ("größe", 300L, float.NaN)], EventFile.Scalars(writer.Path));
            Assert.Empty(EventFile.Scalars(other.Path));
        }
    }
}
