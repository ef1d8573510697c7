using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SnnNotebooks.Datasets;

/// <summary>Checksums of files, read in pieces.</summary>
internal static class FileChecksum
{
    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>MD5 tells whether a download is whole; it is what most authors published. It guards against nobody.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "the authors published MD5 sums")]
    public static string Md5(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(file));
    }

    /// <summary>Null where an archive is what its entry says, else what is wrong with it.</summary>
    public static string? Trouble(string path, DatasetArchive expected)
    {
        var bytes = new FileInfo(path).Length;
        if (expected.Bytes is { } size && size != bytes)
        {
            return $"it has {bytes} bytes, expected {size}";
        }

        if (expected.Sha256 is { } sha256 && Sha256(path) is var foundSha && foundSha != sha256)
        {
            return $"it has SHA-256 {foundSha}, expected {sha256}";
        }

        return expected.Md5 is { } md5 && Md5(path) is var found && found != md5 ? $"it has MD5 {found}, expected {md5}" : null;
    }
}
