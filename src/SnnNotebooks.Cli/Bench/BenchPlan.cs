namespace SnnNotebooks.Cli.Bench;

/// <summary>What <c>snn bench gpu</c> times, and its goals.</summary>
/// <param name="Cases">In the order of the tables; where time runs out, the last are left out.</param>
/// <param name="Goals">The goals.</param>
internal sealed record BenchPlan(IReadOnlyList<BenchCase> Cases, IReadOnlyList<BenchGoal> Goals)
{
    private const long Large = 1L << 26;
    private const long Small = 1L << 20;
    private const string Copy = "copy, 2^26 float32";

    /// <summary>The plan for a GPU.</summary>
    public static BenchPlan Gpu { get; } = new(
        [
            new(Copy, "copy", "forward", 1, Large),
            .. Lif(4, 8, 16, 32, 64),
            new("LIF T=4, 2^26, forward", "lif", "forward", 4, Large),
            new("LIF T=4, 2^20", "lif", "both", 4, Small),
            new("own equation T=8, 2^26", "own", "both", 8, Large),
            .. new[] { 4, 16 }.Select(
                steps => new BenchCase($"LIF T={steps}, 2^26, float16", "lif", "both", steps, Large, Type: "float16")),
            new("CSNN step, 128 channels", "csnn", "train", 4, 128, 128, "tf32"),
            new("CSNN inference, 128 channels", "csnn", "infer", 4, 128, 128, "tf32"),
            new("Linear + LIF, T=500, n=4096", "linear-lif", "both", 500, 4096, 16, "tf32"),
            new("SEW-ResNet18 step, 224 x 224", "sew-resnet18", "train", 4, 224, 112, "bfloat16"),
            new("Linear + LIF, T=500, n=16384", "linear-lif", "both", 500, 16384, 16, "tf32"),
        ],
        [
            .. new[] { 4, 8, 16, 32, 64 }.Select(steps => new BenchGoal(Name(steps), BenchYardstick.SpikingJelly, 0.4)),
            .. new[] { 4, 16 }.Select(steps => new BenchGoal($"LIF T={steps}, 2^26, float16", BenchYardstick.SpikingJelly, 0.5)),
            new(Name(4), BenchYardstick.Bytes, 1.2, Copy),
            new("own equation T=8, 2^26", BenchYardstick.Own, 1.1, Name(8)),
            new("CSNN step, 128 channels", BenchYardstick.SpikingJelly, 0.45),
            new("SEW-ResNet18 step, 224 x 224", BenchYardstick.SpikingJelly, 0.8),
        ]);

    /// <summary>The same kinds in sizes that a CPU takes, without goals: to try the command, not to measure.</summary>
    public static BenchPlan Trial { get; } = new(
        [
            new("copy", "copy", "forward", 1, 1 << 12),
            new("LIF", "lif", "both", 4, 1 << 10),
            new("LIF, forward", "lif", "forward", 4, 1 << 10),
            new("own equation", "own", "both", 4, 1 << 10),
            new("CSNN step", "csnn", "train", 4, 2, 2),
            new("CSNN inference", "csnn", "infer", 4, 2, 2),
            new("Linear + LIF", "linear-lif", "both", 5, 8, 2),
            new("SEW-ResNet18 step", "sew-resnet18", "train", 2, 32, 2),
        ],
        []);

    private static string Name(int steps) => $"LIF T={steps}, 2^26";

    private static IEnumerable<BenchCase> Lif(params int[] steps) => steps.Select(t => new BenchCase(Name(t), "lif", "both", t, Large));
}
