using System.IO.Compression;
using System.Security.Cryptography;
using SnnNotebooks.Datasets;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>Content for tests: bytes that do not compress, their gzip file and their registry entry.</summary>
internal static class Packed
{
    public static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static DatasetFile File(string name, byte[] content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    public static DatasetEntry Entry(string id, IReadOnlyList<DatasetFile> files, params DatasetSource[] sources) =>
        new(id, "made by a test", "none", "none", files, sources);
}
