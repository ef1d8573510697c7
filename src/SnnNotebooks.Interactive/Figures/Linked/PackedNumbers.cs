using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Interactive.Figures.Linked;

/// <summary>Numbers as a page carries them: gzip, as text. The page unpacks them itself.</summary>
internal static class PackedNumbers
{
    public static string Of<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(MemoryMarshal.AsBytes(numbers));
        }

        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }
}
