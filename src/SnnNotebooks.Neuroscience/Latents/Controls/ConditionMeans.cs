using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>The mean of trials of each condition.</summary>
internal static class ConditionMeans
{
    /// <summary>The means.</summary>
    /// <param name="values">[trials, T, D].</param>
    /// <param name="conditions">A condition for each trial.</param>
    /// <param name="order">The conditions that are asked for, each with at least one trial.</param>
    /// <returns>[conditions, T, D].</returns>
    /// <exception cref="ArgumentException">There is not one condition for each trial.</exception>
    public static Tensor Of(Tensor values, IReadOnlyList<string> conditions, IReadOnlyList<string> order)
    {
        if (conditions.Count != values.shape[0])
        {
            throw new ArgumentException(
                $"There are {conditions.Count} conditions for values [{string.Join(", ", values.shape)}]; expected one for each trial.",
                nameof(conditions));
        }

        return stack([.. order.Select(name => values.index_select(0, tensor(
            Enumerable.Range(0, conditions.Count).Where(trial => conditions[trial] == name).Select(trial => (long)trial).ToArray(),
            device: values.device)).mean([0]))]);
    }
}
