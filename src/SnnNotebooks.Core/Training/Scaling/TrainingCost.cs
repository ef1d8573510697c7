namespace SnnNotebooks.Training.Scaling;

/// <summary>What a training step costs on one rank: measured, not guessed.</summary>
/// <param name="FixedSeconds">Seconds of a step that do not depend on its inputs: the optimiser, starting kernels; at least 0.</param>
/// <param name="SecondsPerInput">Seconds that each input adds, forward and backward together; at least 0.</param>
/// <param name="Buckets">Sizes of the gradient buckets in bytes, in the order in which the backward pass fills them.</param>
public sealed record TrainingCost(double FixedSeconds, double SecondsPerInput, IReadOnlyList<double> Buckets)
{
    /// <summary>The share of the inputs' time that the forward pass takes: a third, where backward takes twice as long.</summary>
    public double ForwardShare { get; init; } = 1.0 / 3;

    /// <summary>Splits two measured steps into the part that grows with the inputs and the part that does not.</summary>
    /// <param name="small">Inputs of the smaller step and its seconds.</param>
    /// <param name="large">Inputs of the larger step and its seconds.</param>
    /// <param name="buckets">As in the record.</param>
    /// <returns>The line through both steps; no part of it is below 0.</returns>
    /// <exception cref="ArgumentException">The larger step has no more inputs.</exception>
    public static TrainingCost Of(
        (int Inputs, double Seconds) small, (int Inputs, double Seconds) large, IReadOnlyList<double> buckets)
    {
        if (large.Inputs <= small.Inputs)
        {
            throw new ArgumentException(
                $"Steps of {small.Inputs} and {large.Inputs} inputs; expected the second to have more.", nameof(large));
        }

        // timer noise must make neither part negative
        var each = Math.Max(0, (large.Seconds - small.Seconds) / (large.Inputs - small.Inputs));
        return new TrainingCost(Math.Max(0, large.Seconds - (each * large.Inputs)), each, buckets);
    }
}
