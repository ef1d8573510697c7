using System.Security.Cryptography;
using System.Text;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// Compiled kernels on disk, so that a second process does not compile: by source, the compiler's version and what it was told,
/// architecture included. A file begins with the checksum of its content; one that is damaged is made again.
/// </summary>
/// <param name="compiler">Compiles what is not there.</param>
/// <param name="folder">Where they are kept; where it cannot be written, each process compiles.</param>
internal sealed class KernelCache(Nvrtc compiler, string folder)
{
    private const int MostBytes = 1 << 26; // of a file; kernels have some tens of thousands

    /// <summary>A kernel's machine code.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="kernel">Its name.</param>
    /// <param name="capability">The device's compute capability.</param>
    /// <exception cref="CudaException">It does not compile.</exception>
    public byte[] Code(string source, string kernel, Version capability)
    {
        var told = string.Join(' ', Nvrtc.Options(capability));
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"NVRTC {compiler.Version} {told}\n{source}"));
        var file = Path.Combine(folder, Convert.ToHexStringLower(key) + ".cubin");
        if (Read(file) is { } known)
        {
            return known;
        }

        var code = compiler.Compile(source, kernel, capability);
        try
        {
            AtomicFile.Write(file, [.. SHA256.HashData(code), .. code]);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // a cache that cannot be written costs the next process a compilation, nothing else
        }

        return code;
    }

    private static byte[]? Read(string file)
    {
        try
        {
            var bytes = new FileInfo(file) is { Exists: true, Length: <= MostBytes } ? File.ReadAllBytes(file) : [];
            return bytes.Length > SHA256.HashSizeInBytes
                && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes))
                    ? bytes[SHA256.HashSizeInBytes..]
                    : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
