using System.IO.Compression;
using System.Security.Cryptography;

namespace SnnNotebooks.Datasets;

/// <summary>Unpacks a gzip file of known content: never more bytes than were promised, and only if they are the right ones.</summary>
internal static class VerifiedFile
{
    /// <summary>Returns the unpacked content.</summary>
    /// <param name="path">The gzip file.</param>
    /// <param name="expected">What its content must be.</param>
    /// <param name="advice">What to do if it is not, as a sentence.</param>
    /// <exception cref="DatasetException">The file is truncated, is no gzip, or holds other content.</exception>
    public static byte[] Unpack(string path, DatasetFile expected, string advice)
    {
        var content = new byte[expected.Bytes];
        try
        {
            using var file = File.OpenRead(path);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            var read = gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (read < content.Length)
            {
                throw new DatasetException($"{path} is truncated: it holds {read} of {expected.Bytes} bytes. {advice}");
            }

            if (gzip.ReadByte() >= 0)
            {
                throw new DatasetException($"{path} holds more than the expected {expected.Bytes} bytes. {advice}");
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException($"{path} is damaged: {broken.Message} {advice}", broken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }

        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == expected.Sha256
            ? content
            : throw new DatasetException(
                $"{path} is not the file it should be: its content has SHA-256 {found}, expected {expected.Sha256}. {advice}");
    }
}
