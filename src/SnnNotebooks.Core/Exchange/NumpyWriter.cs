using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>Writes arrays in NumPy's <c>.npy</c> format, version 1 (numpy.lib.format): little-endian, C order.</summary>
public static class NumpyWriter
{
    private const int Alignment = 64;

    /// <summary>Writes one array, whole or not at all.</summary>
    /// <param name="path">The <c>.npy</c> file; its folder is created where it is missing.</param>
    /// <param name="tensor">float32, float64, int32, int64, uint8 or bool, any shape, any device.</param>
    /// <exception cref="ArgumentException">The tensor is of another type.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, Tensor tensor) => AtomicFile.Write(path, Bytes(tensor));

    /// <summary>The bytes of a <c>.npy</c> file.</summary>
    /// <param name="tensor">float32, float64, int32, int64, uint8 or bool, any shape, any device.</param>
    /// <returns>The whole file, header and values.</returns>
    /// <exception cref="ArgumentException">The tensor is of another type, or too large for one array of .NET.</exception>
    public static byte[] Bytes(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        var type = tensor.dtype switch
        {
            ScalarType.Float32 => "<f4",
            ScalarType.Float64 => "<f8",
            ScalarType.Int32 => "<i4",
            ScalarType.Int64 => "<i8",
            ScalarType.Byte => "|u1",
            ScalarType.Bool => "|b1",
            var other => throw new ArgumentException(
                $"A .npy file is written from float32, float64, int32, int64, uint8 or bool, not {other}: convert with .to(...).",
                nameof(tensor)),
        };
        var axes = string.Concat(tensor.shape.Select(length => string.Create(CultureInfo.InvariantCulture, $"{length}, ")));
        var header =
            $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({(tensor.dim() == 1 ? axes.TrimEnd() : axes.TrimEnd(' ', ','))}), }}";
        var start = (10 + header.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var values = tensor.detach().cpu().contiguous().bytes;
        var bytes = new byte[start + values.Length];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(start - 10));
        Encoding.ASCII.GetBytes(header.PadRight(start - 11) + '\n', bytes.AsSpan(10));
        values.CopyTo(bytes.AsSpan(start));
        return bytes;
    }
}
