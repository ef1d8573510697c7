namespace SnnNotebooks.Training.Scaling;

/// <summary>What a job of some size comes to.</summary>
/// <param name="Ranks">Its ranks.</param>
/// <param name="InputsPerRank">Inputs of a step on each rank.</param>
/// <param name="StepSeconds">A step.</param>
/// <param name="ComputeSeconds">Of it, computing.</param>
/// <param name="ReduceSeconds">What adding up all gradients takes, hidden behind the backward pass or not.</param>
/// <param name="InputsPerSecond">Of all ranks together.</param>
/// <param name="Speedup">Inputs per second over those of one rank with as many inputs in a step as the job has at one rank.</param>
public sealed record ScalingPoint(
    int Ranks, double InputsPerRank, double StepSeconds, double ComputeSeconds, double ReduceSeconds, double InputsPerSecond,
    double Speedup)
{
    /// <summary>Speed-up over ranks: 1 is perfect.</summary>
    public double Efficiency => Speedup / Ranks;

    /// <summary>The share of a step in which nothing is computed.</summary>
    public double WaitingShare => 1 - (ComputeSeconds / StepSeconds);
}

/// <summary>
/// Simulates a step of data-parallel training. The backward pass fills the buckets one after the other, in time as in bytes; a bucket is
/// reduced as soon as it is full and the one before it is through; the step ends when the last is. Ranks are alike and never late, loading
/// data costs nothing: a real cluster is slower.
/// </summary>
/// <param name="cost">One rank's own cost.</param>
/// <param name="cluster">The network.</param>
/// <param name="algorithm">How gradients are added up.</param>
/// <param name="overlap">Whether the reduction goes on while the backward pass does.</param>
public sealed class ScalingSimulation(TrainingCost cost, Cluster cluster, AllReduce algorithm, bool overlap = true)
{
    /// <summary>Weak scaling: every rank keeps its number of inputs, so that the total batch grows.</summary>
    /// <param name="ranks">Ranks, at least 1.</param>
    /// <param name="inputsPerRank">Inputs of a step on each rank, at least 1.</param>
    /// <returns>The step, in seconds and inputs per second, against one rank with as many inputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputsPerRank"/> is below 1.</exception>
    public ScalingPoint Weak(int ranks, int inputsPerRank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputsPerRank, 1);
        return At(ranks, inputsPerRank, inputsPerRank);
    }

    /// <summary>Strong scaling: the total batch stays, so that a rank's share shrinks.</summary>
    /// <param name="ranks">Ranks, at least 1 and at most the total.</param>
    /// <param name="totalInputs">Inputs of a step over all ranks.</param>
    /// <returns>The step, in seconds and inputs per second, against one rank with the total batch.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ranks"/> is below 1 or is above <paramref
    /// name="totalInputs"/>.</exception>
    public ScalingPoint Strong(int ranks, int totalInputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks, totalInputs);
        return At(ranks, (double)totalInputs / ranks, totalInputs);
    }

    private ScalingPoint At(int ranks, double inputs, double inputsAlone)
    {
        var (step, compute, reduce) = Step(ranks, inputs);
        var (alone, _, _) = Step(1, inputsAlone);
        var rate = ranks * inputs / step;
        return new ScalingPoint(ranks, inputs, step, compute, reduce, rate, rate / (inputsAlone / alone));
    }

    private (double Step, double Compute, double Reduce) Step(int ranks, double inputs)
    {
        var passes = inputs * cost.SecondsPerInput;
        var forward = passes * cost.ForwardShare;
        var (total, filled, reduced, reduce) = (cost.Buckets.Sum(), 0.0, 0.0, 0.0);
        foreach (var bytes in cost.Buckets)
        {
            filled += bytes;
            var ready = overlap ? forward + ((passes - forward) * filled / total) : passes;
            var seconds = cluster.Seconds(algorithm, ranks, bytes);
            reduced = Math.Max(reduced, ready) + seconds;
            reduce += seconds;
        }

        return (Math.Max(passes, reduced) + cost.FixedSeconds, passes + cost.FixedSeconds, reduce);
    }
}
