namespace SnnNotebooks.Cli.Bench;

/// <summary>What the kit's figure is measured against.</summary>
internal enum BenchYardstick
{
    /// <summary>The fastest of SpikingJelly's backends in the same case, its network under PyTorch's compiler included.</summary>
    SpikingJelly,

    /// <summary>The kit's own time in another case.</summary>
    Own,

    /// <summary>The time of moving 20 bytes for each element, as fast as the copy of another case moves 8.</summary>
    Bytes,

    /// <summary>A published time.</summary>
    Published,

    /// <summary>The largest memory of the same case: what is judged is how much it grows over the steps.</summary>
    Memory,
}

/// <summary>A goal: the kit's figure divided by a yardstick's is at most so much.</summary>
/// <param name="Case">The case of the kit.</param>
/// <param name="Against">The yardstick.</param>
/// <param name="Most">The largest ratio.</param>
/// <param name="Other">The case of the yardstick, where it is another; of a published time what was published.</param>
/// <param name="Milliseconds">The published time.</param>
internal sealed record BenchGoal(
    string Case, BenchYardstick Against, double Most, string? Other = null, double Milliseconds = double.NaN);
