using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Small matrices between tensors and the library that decomposes them.</summary>
internal static class SquareMatrix
{
    private const double Asymmetry = 1e-8;

    /// <summary>Takes a symmetric positive definite [N, N].</summary>
    /// <exception cref="ArgumentException">It is no such matrix.</exception>
    public static Matrix<double> PositiveDefinite(Tensor matrix, string name, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.dim() != 2 || matrix.shape[0] != matrix.shape[1] || matrix.numel() == 0 || (size is { } n && matrix.shape[0] != n))
        {
            throw new ArgumentException(
                $"The {name} is [{string.Join(", ", matrix.shape)}]; expected "
                + $"{(size is { } wanted ? $"[{wanted}, {wanted}]" : "[N, N]")}.");
        }

        using var scope = NewDisposeScope();
        var count = (int)matrix.shape[0];
        var values = Matrix<double>.Build.DenseOfRowMajor(count, count, matrix.to(ScalarType.Float64).Numbers<double>());
        var gap = (values - values.Transpose()).Enumerate().Max(Math.Abs);
        return gap <= Asymmetry * values.Enumerate().Max(Math.Abs) && Cholesky(values) is not null
            ? values
            : throw new ArgumentException($"The {name} is not symmetric and positive definite.");
    }

    /// <summary>L of L L', or null where the matrix is not positive definite.</summary>
    public static Matrix<double>? Cholesky(Matrix<double> matrix)
    {
        try
        {
            return matrix.Cholesky().Factor;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static Tensor ToTensor(this Matrix<double> matrix) =>
        tensor(matrix.ToRowMajorArray(), [matrix.RowCount, matrix.ColumnCount]);
}
