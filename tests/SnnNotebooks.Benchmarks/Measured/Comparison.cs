namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>Whether a figure is reached, given how far the processes lie apart.</summary>
internal enum Outcome
{
    /// <summary>Even the kit's worst process reaches it against the other's best.</summary>
    Pass,

    /// <summary>Even the kit's best process misses it against the other's worst.</summary>
    Fail,

    /// <summary>The processes lie too far apart to say, or one side has fewer than two.</summary>
    Inconclusive,
}

/// <summary>Another's figure divided by the kit's.</summary>
/// <param name="Ratio">Median by median.</param>
/// <param name="Least">The other's best process by the kit's worst.</param>
/// <param name="Most">The other's worst process by the kit's best.</param>
/// <param name="Settled">Whether both sides have more than one process.</param>
internal readonly record struct Comparison(double Ratio, double Least, double Most, bool Settled)
{
    /// <summary>Compares; null where one side has no figure.</summary>
    public static Comparison? Of(Sample? other, Sample? kit) =>
        other is not { Processes.Count: > 0 } || kit is not { Processes.Count: > 0 }
            ? null
            : new Comparison(
                other.Median / kit.Median,
                other.Processes.Min() / kit.Processes.Max(),
                other.Processes.Max() / kit.Processes.Min(),
                other.Processes.Count > 1 && kit.Processes.Count > 1);

    /// <summary>Whether the other's figure is at least so many times the kit's.</summary>
    public Outcome Reaches(double times) => !Settled ? Outcome.Inconclusive
        : Least >= times ? Outcome.Pass
        : Most < times ? Outcome.Fail : Outcome.Inconclusive;
}
