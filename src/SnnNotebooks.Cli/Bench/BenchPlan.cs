namespace SnnNotebooks.Cli.Bench;

/// <summary>What <c>snn bench gpu</c> measures, and its goals.</summary>
/// <param name="Cases">In the order in which they are measured; where time runs out, the last are left out.</param>
/// <param name="Goals">The goals.</param>
internal sealed record BenchPlan(IReadOnlyList<BenchCase> Cases, IReadOnlyList<BenchGoal> Goals)
{
    private const long Large = 1L << 26;
    private const long Small = 1L << 20;
    private const string Copy = "copy, 2^26 float32";
    private const string Own = "own equation T=8, 2^26";
    private const string Csnn = "CSNN step, 128 channels, TF32";
    private const string Sew = "SEW-ResNet18 step, batch 112, bf16";
    private const string Tiny = "Spikformer-Ti step, batch 96, bf16";
    private const string Hierarchical = "QKFormer HST-10-384 step, batch 32, bf16";
    private const string CompiledSew = Sew + ", compiled peer";
    private const string CompiledTiny = Tiny + ", compiled peer";

    private static readonly int[] AllSteps = [4, 8, 16, 32, 64];

    /// <summary>The plan for a GPU, everything.</summary>
    public static BenchPlan All { get; } = new(
        [
            new(Copy, "copy", "forward", 1, Large),
            .. AllSteps.Select(steps => new BenchCase(Name(steps), "lif", "both", steps, Large)),
            new(Own, "own", "both", 8, Large, Compiled: true),
            .. AllSteps.Select(steps => new BenchCase(
                Half(steps), "lif", "both", steps, Large, Type: "float16", IsLong: steps is not (4 or 16))),
            new(Csnn, "csnn", "train", 4, 128, 128, "tf32"),
            new(Sew, "sew-resnet18", "train", 4, 224, 112, "bfloat16"),
            new(Tiny, "spikformer-ti", "train", 4, 224, 96, "bfloat16"),
            new(Hierarchical, "qkformer", "train", 4, 224, 32, "bfloat16"),
            .. Memory(500, 32, 32),
            Dense(4096),
            new("LIF T=4, 2^26, forward", "lif", "forward", 4, Large),
            new("LIF T=4, 2^20", "lif", "both", 4, Small),
            new("CSNN inference, 128 channels, TF32", "csnn", "infer", 4, 128, 128, "tf32"),
            Dense(8192) with { IsLong = true },
            Dense(16384) with { IsLong = true },
            new("LIF T=4, 2^26, compiled peer", "lif", "both", 4, Large, Compiled: true, IsLong: true),
            new("LIF T=16, 2^26, compiled peer", "lif", "both", 16, Large, Compiled: true, IsLong: true),
            new(Csnn + ", compiled peer", "csnn", "train", 4, 128, 128, "tf32", Compiled: true, IsLong: true),
            new(CompiledSew, "sew-resnet18", "train", 4, 224, 112, "bfloat16", Compiled: true, IsLong: true),
            new(CompiledTiny, "spikformer-ti", "train", 4, 224, 96, "bfloat16", Compiled: true, IsLong: true),
        ],
        [
            new(Name(4), BenchYardstick.Bytes, 1.2, Copy),
            .. AllSteps.Select(steps => new BenchGoal(Name(steps), BenchYardstick.SpikingJelly, 0.4)),
            .. AllSteps.Select(steps => new BenchGoal(Half(steps), BenchYardstick.SpikingJelly, 0.5)),
            new(Own, BenchYardstick.Own, 1.1, Name(8)),
            new(Csnn, BenchYardstick.SpikingJelly, 0.45),
            new(Sew, BenchYardstick.SpikingJelly, 0.8),
            new(Tiny, BenchYardstick.SpikingJelly, 0.8),
            new(Hierarchical, BenchYardstick.Published, 1.0 / 3, "92 images/s of a GPU, its published log", 32 / 92.0 * 1e3),
            .. Memory(500, 32, 32).Select(each => new BenchGoal(each.Name, BenchYardstick.Memory, 0.01)),
            new(CompiledSew, BenchYardstick.SpikingJelly, 0.8),
            new(CompiledTiny, BenchYardstick.SpikingJelly, 0.8),
        ]);

    /// <summary>What of it fits under four minutes.</summary>
    public static BenchPlan Gpu { get; } = All.Without(each => each.IsLong);

    /// <summary>
    /// The same kinds in sizes that a CPU takes, without goals: to try the command, not to measure. Steps and types are those of
    /// <see cref="All"/>, so that on a GPU the neurons' kernels are compiled and kept for it.
    /// </summary>
    public static BenchPlan Trial { get; } = new(
        [
            new("copy", "copy", "forward", 1, 1 << 12),
            .. AllSteps.Select(steps => new BenchCase($"LIF T={steps}", "lif", "both", steps, 256L * steps, Compiled: steps == 4)),
            .. AllSteps.Select(steps => new BenchCase($"LIF T={steps}, float16", "lif", "both", steps, 256L * steps, Type: "float16")),
            new("LIF, forward", "lif", "forward", 4, 1 << 10),
            new("own equation", "own", "both", 8, 1 << 10, Compiled: true),
            new("CSNN step", "csnn", "train", 4, 8, 2, "tf32", Compiled: true),
            new("CSNN inference", "csnn", "infer", 4, 8, 2, "tf32"),
            new("Linear + LIF", "linear-lif", "both", 500, 8, 2, "tf32"),
            new("SEW-ResNet18 step", "sew-resnet18", "train", 4, 32, 2, "bfloat16"),
            new("Spikformer-Ti step", "spikformer-ti", "train", 4, 32, 2, "bfloat16"),
            new("QKFormer step", "qkformer", "train", 4, 32, 2, "bfloat16"),
            .. Memory(20, 2, 2),
        ],
        []);

    private static BenchCase[] Memory(int runs, int channels, int batch) =>
        [.. new[] { "fused", "reference" }.Select(backend => new BenchCase(
            $"memory, {runs} CSNN steps, {backend}", "memory", backend, 4, channels, batch, Runs: runs))];

    private static string Name(int steps) => $"LIF T={steps}, 2^26";

    private static string Half(int steps) => $"LIF T={steps}, 2^26, float16";

    private static BenchCase Dense(int neurons) =>
        new($"Linear + LIF, batch 16, T=500, n={neurons}, TF32", "linear-lif", "both", 500, neurons, 16, "tf32");

    private BenchPlan Without(Predicate<BenchCase> left)
    {
        var names = Cases.Where(each => left(each)).Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
        return new BenchPlan(
            [.. Cases.Where(each => !names.Contains(each.Name))],
            [.. Goals.Where(goal => !names.Contains(goal.Case) && (goal.Other is null || !names.Contains(goal.Other)))]);
    }
}
