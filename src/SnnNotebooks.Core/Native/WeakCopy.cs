using System.Security.Cryptography;

namespace SnnNotebooks.Native;

/// <summary>Keeps the patched copy of <c>libLibTorchSharp.so</c> in the user's cache, under the checksum of its original.</summary>
internal static class WeakCopy
{
    /// <summary>The requirement that TorchSharp 0.107.0's library lists and never uses.</summary>
    public const string Requirement = "GLIBCXX_3.4.32";

    /// <summary>
    /// Returns the path of a good copy of <paramref name="original"/>, written only where none is there or what is there is damaged.
    /// </summary>
    /// <param name="original">The library as shipped; it is only read.</param>
    /// <param name="cache">The cache folder.</param>
    /// <exception cref="LibTorchException">The original is not a library this remedy is safe for, or the cache cannot be
    /// written.</exception>
    public static (string Path, bool WasMade) Prepare(string original, string cache)
    {
        try
        {
            var bytes = File.ReadAllBytes(original);
            var patched = WeakVersionPatch.Apply(bytes, Requirement);
            var copy = Path.Combine(cache, "native", Convert.ToHexStringLower(SHA256.HashData(bytes)), Path.GetFileName(original));
            if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(patched))
            {
                return (copy, false);
            }

            AtomicFile.Write(copy, patched);
            return (copy, true);
        }
        catch (LibTorchException refused)
        {
            throw new LibTorchException(
                $"{original} asks for {Requirement}, which this system's libstdc++ lacks, and it is not the file the known remedy is "
                + $"safe for: {refused.Message}. "
                + "Use a system with GCC 13's libstdc++ or later (Debian 13, Ubuntu 24.04), or the TorchSharp version this kit pins.",
                refused);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new LibTorchException(
                $"a copy of {original} cannot be kept in {cache}: {unwritable.Message} Set SNN_CACHE to a folder that can be written.",
                unwritable);
        }
    }
}
