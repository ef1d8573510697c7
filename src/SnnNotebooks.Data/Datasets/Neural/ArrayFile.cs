using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Reads arrays of responses in NumPy's format.</summary>
internal static class ArrayFile
{
    /// <summary>Reads a file as float64.</summary>
    /// <param name="path">The <c>.npy</c> file.</param>
    /// <param name="dimensions">How many axes it must have.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The file is missing, damaged or of another shape.</exception>
    public static Tensor Read(string path, int dimensions)
    {
        try
        {
            using var array = NumpyArchive.ReadArray(path);
            return array.dim() == dimensions
                ? array.to(float64)
                : throw new DatasetException($"{path} holds an array [{string.Join(", ", array.shape)}]; expected {dimensions} axes.");
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
