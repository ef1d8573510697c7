using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>Losses for outputs over time, [T, N, classes]; each gives one number.</summary>
public static class Losses
{
    /// <summary>Mean squared error between firing rates and one-hot labels (the usual loss of event-based networks).</summary>
    /// <param name="output">Spikes [T, N, classes].</param>
    /// <param name="labels">Classes [N], whole numbers.</param>
    /// <returns>mean((mean_t S - onehot)^2).</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static Tensor RateMeanSquaredError(Tensor output, Tensor labels)
    {
        Check(output, labels);
        using var scope = NewDisposeScope();
        var target = nn.functional.one_hot(labels.to(ScalarType.Int64), output.shape[2]).to(output.dtype);
        return nn.functional.mse_loss(output.mean([0]), target).MoveToOuterDisposeScope();
    }

    /// <summary>Cross entropy of the outputs' mean over time.</summary>
    /// <param name="output">Logits [T, N, classes].</param>
    /// <param name="labels">Classes [N], whole numbers.</param>
    /// <returns>mean_n CE(mean_t logits, label).</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static Tensor MeanCrossEntropy(Tensor output, Tensor labels)
    {
        Check(output, labels);
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(output.mean([0]), labels.to(ScalarType.Int64)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Temporal efficient training (TET): cross entropy at every time step, and a pull of the logits towards one value,
    /// (1 - lambda) mean_t CE(logit_t, label) + lambda mean (logit - phi)^2 (S. Deng et al., ICLR 2022, arXiv:2202.11946).
    /// </summary>
    /// <param name="output">Logits [T, N, classes].</param>
    /// <param name="labels">Classes [N], whole numbers.</param>
    /// <param name="lambda">Weight of the pull, in [0, 1]; with 0 it is SpikingJelly's loss of this name.</param>
    /// <param name="phi">Where logits are pulled to; the paper takes the threshold.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit or <paramref name="lambda"/> is out of range.</exception>
    public static Tensor TemporalEfficientTraining(Tensor output, Tensor labels, double lambda = 0.0, double phi = 1.0)
    {
        Check(output, labels);
        if (!(lambda is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "lambda must be in [0, 1].");
        }

        using var scope = NewDisposeScope();

        // every step has the same labels and the same number of samples: the mean over steps is the mean over all
        var loss = nn.functional.cross_entropy(output.flatten(0, 1), labels.to(ScalarType.Int64).repeat(output.shape[0]));
        return (lambda == 0 ? loss : (loss * (1 - lambda)) + ((output - phi).square().mean() * lambda)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Spike similarity: samples of one class should spike alike. The distance between the matrix of the samples' similarities and that of
    /// their labels, min(L L^T, 1) (after A. Nøkland, L. Eidnes, ICML 2019, arXiv:1901.06656).
    /// </summary>
    /// <param name="spikes">Spikes [N, ...]; all axes but the first are flattened.</param>
    /// <param name="labels">Labels L, [N, classes], one-hot.</param>
    /// <param name="kernel">Similarity of two samples; the linear one is divided by both norms (cosine).</param>
    /// <param name="distance">Distance of the matrices.</param>
    /// <param name="argument">Degree, alpha or sigma of a kernel that has one.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static Tensor SpikeSimilarity(Tensor spikes, Tensor labels, SimilarityKernel kernel = SimilarityKernel.Linear,
        MatrixDistance distance = MatrixDistance.MeanSquared, double argument = 1.0)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        ArgumentNullException.ThrowIfNull(labels);
        if (spikes.dim() < 2 || labels.dim() != 2 || spikes.shape[0] != labels.shape[0])
        {
            throw new ArgumentException(
                $"Spike similarity was given spikes [{string.Join(", ", spikes.shape)}] and labels [{string.Join(", ", labels.shape)}]; "
                + "expected [N, ...] and [N, classes].", nameof(spikes));
        }

        using var scope = NewDisposeScope();
        var flat = spikes.flatten(1);
        var same = labels.to(flat.dtype);
        var target = same.mm(same.t()).clamp_max(1);
        var similarity = Kernels.Matrix(flat, flat, kernel, argument);
        if (kernel == SimilarityKernel.Linear)
        {
            var length = flat.square().sum(1, keepdim: true).sqrt();
            similarity = similarity / (length.mm(length.t()) + 1e-8);
        }

        return (distance switch
        {
            MatrixDistance.MeanSquared => nn.functional.mse_loss(similarity, target),
            MatrixDistance.MeanAbsolute => nn.functional.l1_loss(similarity, target),

            // a cosine may exceed 1 by rounding, and the logarithm inside would not take it
            MatrixDistance.CrossEntropy => nn.functional.binary_cross_entropy(similarity.clamp(0, 1), target),
            _ => throw new ArgumentOutOfRangeException(nameof(distance)),
        }).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor output, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(labels);
        if (output.dim() != 3 || labels.dim() != 1 || labels.shape[0] != output.shape[1])
        {
            throw new ArgumentException(
                $"The loss was given outputs [{string.Join(", ", output.shape)}] and labels [{string.Join(", ", labels.shape)}]; "
                + "expected [T, N, classes] and [N].", nameof(output));
        }
    }
}
