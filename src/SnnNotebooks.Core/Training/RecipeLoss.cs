using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>What a recipe minimises (<see cref="RateLoss"/>).</summary>
internal static class RecipeLoss
{
    /// <summary>The loss of a batch, one number with a graph.</summary>
    /// <param name="recipe">Says which, and how labels are smoothed.</param>
    /// <param name="scores">[B, classes] or [T, B, classes].</param>
    /// <param name="targets">Shares of the classes [B, classes].</param>
    /// <exception cref="ArgumentException">The loss is of all time steps, and the scores are not.</exception>
    public static Tensor Of(TrainingRecipe recipe, Tensor scores, Tensor targets)
    {
        if (recipe.Loss == RateLoss.MeanSquaredError)
        {
            return nn.functional.mse_loss(Evaluator.Rates(scores), targets);
        }

        var smooth = (targets * (1 - recipe.LabelSmoothing)) + (recipe.LabelSmoothing / targets.shape[1]);
        if (recipe.Loss == RateLoss.CrossEntropy)
        {
            return CrossEntropy(Evaluator.Rates(scores));
        }

        if (scores.dim() != 3)
        {
            throw new ArgumentException(
                $"The recipe's loss is {recipe.Loss}, of scores at every time step [T, B, classes]; the network gave "
                + $"[{string.Join(", ", scores.shape)}]. Let it give all steps, "
                + $"or take {nameof(RateLoss)}.{nameof(RateLoss.CrossEntropy)}.");
        }

        // every step has the same inputs: the mean over steps is the mean over all
        return (CrossEntropy(scores) * (1 - recipe.TemporalPull)) + ((scores - 1).square().mean() * recipe.TemporalPull);

        Tensor CrossEntropy(Tensor logits) => -(smooth * nn.functional.log_softmax(logits, -1)).sum(-1).mean();
    }
}
