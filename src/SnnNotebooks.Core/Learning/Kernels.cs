using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>How alike two vectors x and y are.</summary>
public enum SimilarityKernel
{
    /// <summary>x.y</summary>
    Linear,

    /// <summary>(x.y)^d</summary>
    Polynomial,

    /// <summary>1 / (1 + exp(-alpha x.y))</summary>
    Sigmoid,

    /// <summary>exp(-|x - y|^2 / (2 sigma^2))</summary>
    Gaussian,
}

/// <summary>How far apart two matrices are.</summary>
public enum MatrixDistance
{
    /// <summary>Mean of squared differences.</summary>
    MeanSquared,

    /// <summary>Mean of absolute differences.</summary>
    MeanAbsolute,

    /// <summary>Binary cross entropy.</summary>
    CrossEntropy,
}

/// <summary>Matrices of similarities.</summary>
public static class Kernels
{
    /// <summary>The similarity of each row of one matrix to each row of another.</summary>
    /// <param name="x">[N, features].</param>
    /// <param name="y">[M, features].</param>
    /// <param name="kernel">The similarity.</param>
    /// <param name="argument">d, alpha or sigma; unused by the linear kernel.</param>
    /// <returns>[N, M].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such similarity.</exception>
    public static Tensor Matrix(Tensor x, Tensor y, SimilarityKernel kernel, double argument = 1.0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        using var scope = NewDisposeScope();
        return (kernel switch
        {
            SimilarityKernel.Linear => x.mm(y.t()),
            SimilarityKernel.Polynomial => x.mm(y.t()).pow(argument),
            SimilarityKernel.Sigmoid => (x.mm(y.t()) * argument).sigmoid(),
            SimilarityKernel.Gaussian => ((x.unsqueeze(1) - y.unsqueeze(0)).square().sum(-1) / (-2 * argument * argument)).exp(),
            _ => throw new ArgumentOutOfRangeException(nameof(kernel)),
        }).MoveToOuterDisposeScope();
    }
}
