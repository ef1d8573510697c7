using SnnNotebooks.Exchange;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What a file of neural data begins like, whatever its name.</summary>
internal enum NeuralFormat
{
    Npy,
    Npz,
    Mat,
    Hdf5,
    Text,
}

/// <summary>Tells formats by a file's first bytes.</summary>
internal static class NeuralFormats
{
    /// <summary>The format of a file.</summary>
    /// <exception cref="DatasetException">It cannot be read or is of none.</exception>
    public static NeuralFormat Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var start = Start(path);
        return NumpyArchive.IsNumpy(start) ? NeuralFormat.Npy
            : NumpyArchive.IsZip(start) ? NeuralFormat.Npz
            : MatFile.IsMat(start) || start.AsSpan().StartsWith("MATLAB"u8) ? NeuralFormat.Mat
            : HasHdf5(path) ? NeuralFormat.Hdf5
            : TextTable.IsText(start) ? NeuralFormat.Text
            : throw new DatasetException(
                $"{path} is of no known format: it begins neither like HDF5 (NWB) nor like a .npy or .npz nor like a MAT file, and is no "
                + "text.");
    }

    private static byte[] Start(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[128];
            return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>HDF5's signature stands at 0, or after a user block at 512, 1024, 2048 and so on.</summary>
    private static bool HasHdf5(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> signature = stackalloc byte[8];
        for (long at = 0; at + signature.Length <= file.Length; at = at == 0 ? 512 : at * 2)
        {
            file.Position = at;
            file.ReadExactly(signature);
            if (Hdf5File.IsHdf5(signature))
            {
                return true;
            }
        }

        return false;
    }
}
