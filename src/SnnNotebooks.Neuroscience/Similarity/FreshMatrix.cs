using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Memory for matrices of float64 or float32, of any size.</summary>
internal static class FreshMatrix
{
    private const long FewestElements = 4 << 20; // below, a tensor gets memory that others left behind (FreedMemory)
    private const long MostElements = int.MaxValue - 1024; // of an array of .NET

    /// <summary>A tensor [rows, columns] whose elements are not set, on large pages where it is large; the caller disposes it.</summary>
    public static Tensor Of(long rows, long columns, ScalarType type = ScalarType.Float64) =>
        rows * columns is not (> FewestElements and <= MostElements) ? empty(rows, columns, type)
        : type == ScalarType.Float32 ? tensor(LargePages.Array<float>((int)(rows * columns)), [rows, columns])
        : tensor(LargePages.Array<double>((int)(rows * columns)), [rows, columns]);
}
