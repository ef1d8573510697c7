using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.TestSupport;

/// <summary>Reads the reference vectors: little-endian float32 and float64 arrays in C order, in a zip of .npy files.</summary>
public sealed partial class Npz(string path) : IDisposable
{
    private readonly ZipArchive zip = ZipFile.OpenRead(path);

    public Tensor this[string name]
    {
        get
        {
            using var stream = zip.GetEntry(name + ".npy")?.Open() ?? throw new FileNotFoundException($"{path} has no array {name}.");
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var bytes = memory.ToArray().AsSpan();
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
            var header = Encoding.ASCII.GetString(bytes.Slice(10, length));
            var shape = ShapePattern().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(long.Parse).ToArray();
            var values = bytes[(10 + length)..];
            return header.Contains("'<f8'", StringComparison.Ordinal)
                ? tensor(MemoryMarshal.Cast<byte, double>(values).ToArray(), shape, ScalarType.Float64)
                : tensor(MemoryMarshal.Cast<byte, float>(values).ToArray(), shape, ScalarType.Float32);
        }
    }

    public void Dispose() => zip.Dispose();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
