using System.IO.Compression;
using System.Security.Cryptography;

namespace SnnNotebooks.Datasets;

/// <summary>
/// Unpacks a gzip file: never more bytes than were promised, and, where its content is known, only if it is the right one.
/// </summary>
internal static class VerifiedFile
{
    /// <summary>Returns the unpacked content.</summary>
    /// <param name="path">The gzip file.</param>
    /// <param name="expected">What its content must be.</param>
    /// <param name="advice">What to do if it is not, as a sentence.</param>
    /// <exception cref="DatasetException">The file is truncated, is no gzip, or holds other content.</exception>
    public static byte[] Unpack(string path, DatasetFile expected, string advice)
    {
        var content = UnpackAtMost(path, expected.Bytes, advice);
        if (content.Length < expected.Bytes)
        {
            throw new DatasetException($"{path} is truncated: it holds {content.Length} of {expected.Bytes} bytes. {advice}");
        }

        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == expected.Sha256
            ? content
            : throw new DatasetException(
                $"{path} is not the file it should be: its content has SHA-256 {found}, expected {expected.Sha256}. {advice}");
    }

    /// <summary>Returns the unpacked content, whatever it is.</summary>
    /// <param name="path">The gzip file.</param>
    /// <param name="most">More bytes than this are refused.</param>
    /// <param name="advice">What to do if it is damaged, as a sentence.</param>
    /// <exception cref="DatasetException">The file is no gzip, damaged, or holds more.</exception>
    public static byte[] UnpackAtMost(string path, long most, string advice)
    {
        var content = new byte[most];
        try
        {
            using var file = File.OpenRead(path);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            var read = gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return read < content.Length ? content[..read]
                : gzip.ReadByte() < 0 ? content
                : throw new DatasetException($"{path} holds more than the expected {most} bytes. {advice}");
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"{path} is damaged: {broken.Message} {advice}", broken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
