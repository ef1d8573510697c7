using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Cli.Bench;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>A question of <c>-- peer</c>: cases, and who takes part.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its heading on the page.</param>
/// <param name="Text">What is measured.</param>
/// <param name="Unit">ms or MB.</param>
/// <param name="Cases">The cases.</param>
/// <param name="Rivals">Who takes part beside the kit.</param>
/// <param name="Goals">What the kit should reach.</param>
internal sealed record PeerRow(
    string Name, string Title, string Text, string Unit, IReadOnlyList<BenchCase> Cases, IReadOnlyList<string> Rivals,
    IReadOnlyList<TimingGoal> Goals)
{
    public const string Compiled = "torch.compile";
    public const string CompiledSteps = "compiled steps";
    public const string SpikingJelly = "SpikingJelly";
    public const string SpikingJellyCompiled = "SpikingJelly compiled";
    public const string SpikingJellyMemopt = "SpikingJelly memopt";
    public const string SpikingJelly014 = "SpikingJelly 0.0.0.0.14";
    public const string Hand = "C by hand";
    public const string Bytes = "bytes";
    public const string Streamed = "bytes, streamed";
    public const string Dividing = "C that divides";
    public const string Divisions = "divisions";
    public const string Registers = "C in registers";
    public const string Cache = "C in cache";
    public const string Kit = "kit";
    public const string KitRecomputed = "kit, recomputed";
    public const string KitDense = "kit, dense";

    private const long Elements = 1L << 20;

    private const string Neuron = "Hard reset, arctangent surrogate, forward and backward (forward alone where it says so), T x N = 2^20 "
        + "elements in float32. `torch.compile`: the equation in ten lines of PyTorch with its surrogate as an autograd function, compiled "
        + "whole; `compiled steps`: one step of it compiled, a loop in Python around it. C by hand knows this one equation and is no rival "
        + "but a yardstick; `bytes` moves what must be read and written, twenty bytes for each element (eight forward), and computes "
        + "nothing. The rivals' freed memory is kept and in large pages, as the kit's.";

    private const string Network = "T = 4, SGD with momentum, mean squared error of the firing rates. `torch.compile`: the network in "
        + "plain PyTorch, neurons of ten lines, forward and loss compiled whole; `compiled steps`: its neurons' step alone compiled. "
        + "`kit, dense` leaves layers of spikes and batch normalisation to libtorch.";

    private static readonly string[] AllNeurons =
        [Compiled, CompiledSteps, SpikingJelly, SpikingJellyCompiled, SpikingJelly014, Hand, Bytes];

    private static readonly string[] AllNetworks = [KitDense, Compiled, CompiledSteps, SpikingJelly, SpikingJellyCompiled, SpikingJelly014];

    /// <summary>All of them, in the page's order.</summary>
    public static IReadOnlyList<PeerRow> All { get; } =
    [
        new(
            "lif", "LIF against torch.compile and SpikingJelly", "Tau 2. " + Neuron + " SpikingJelly's own `inductor` backend of its "
            + "newest source was tried once and slower than its loop at every T, so it is left out.", "ms",
            [.. Sequence("lif"), Forward("lif", 4), Forward("lif", 16)], AllNeurons,
            [new(Compiled, 3), new(CompiledSteps, 3), new(Bytes, 1 / 1.2)]),
        new("plif", "PLIF, whose time constant is learned", "Its gradient is a sum over all elements. " + Neuron, "ms",
            [.. Sequence("plif")], AllNeurons, [new(Compiled, 3), new(CompiledSteps, 3)]),
        new("own", "a user's own equation", "V + (V (V - 0.7) + X) / 2. " + Neuron, "ms",
            [.. Sequence("own")], AllNeurons, [new(Compiled, 3), new(CompiledSteps, 3)]),
        Step("csnn32", "the convolutional network, 32 channels", "SpikingJelly's Fashion-MNIST example, batch 64. ", "csnn", 32, 64),
        Step("csnn128", "the convolutional network, 128 channels", "SpikingJelly's Fashion-MNIST example, batch 64. ", "csnn", 128, 64),
        Step("sew-resnet18", "SEW-ResNet18", "Batch 8, pictures of 64 x 64, 10 classes. ", "sew-resnet18", 64, 8),
        Step("spikformer", "Spikformer 4-256", "Batch 8, pictures of 32 x 32. ", "spikformer", 32, 8),
        new(
            "memory", "memory of a training step",
            "Eight blocks of 3 x 3 convolution of 32 maps, batch normalisation and LIF on 16 images of 32 x 32 over T = 8, one float "
            + "sequence being 16 MB: what a second step needs at its peak (Linux's VmHWM) beyond what is resident when all that the "
            + "first left free has been given back. `kit, recomputed` keeps of each block its input as bits; "
            + "`SpikingJelly memopt` is its checkpoints with compressed spikes (level 1).", "MB",
            [new("a step", "blocks", "memory", 8, 32, 16)],
            [KitDense, KitRecomputed, Compiled, SpikingJelly, SpikingJellyCompiled, SpikingJellyMemopt, SpikingJelly014],
            [new(SpikingJelly, 2), new(SpikingJellyMemopt, 1)]),
        new(
            "limit", "what limits LIF",
            "Tau 2, hard reset, arctangent surrogate, forward and backward, T x N = 2^20 elements in float32. `bytes` moves what must be "
            + "read and written, twenty bytes for each element, and computes nothing; `divisions` makes one division for each element, out "
            + "of the first-level cache, and nothing else. C by hand has an approximate reciprocal in place of the surrogate's division, "
            + "`C that divides` divides as the kit does, whose bits are the reference's. `C in registers` computes as the kit does and "
            + "holds the state of eight vectors of 512 bits in registers for four steps; `C in cache` is the same code on 512 neurons "
            + "again and again, whose sequences do not leave the second-level cache: the computation without the memory.", "ms",
            [.. Sequence("lif")], [Hand, Dividing, Bytes, Divisions, Registers, Cache], [new(Bytes, 1 / 1.2)]),
        new(
            "memory-time", "what less memory costs in time",
            "The step of *Memory of a training step*. `kit, recomputed` and `SpikingJelly memopt` (level 1) run each block a second time "
            + "in the backward pass. The rivals' freed memory is kept and in large pages, as the kit's.", "ms",
            [new("a step", "blocks", "train", 8, 32, 16)],
            [KitDense, KitRecomputed, Compiled, SpikingJelly, SpikingJellyMemopt, SpikingJelly014], [new(SpikingJellyMemopt, 1.5)]),
        new(
            "lif-large", "LIF beyond the cache",
            "Tau 2, hard reset, arctangent surrogate, forward and backward, T x N = 2^22 (sequences of 16 MB) and 2^24 elements (64 MB) in "
            + "float32. Rivals, C by hand and `bytes` as in *LIF against torch.compile and SpikingJelly*; `bytes, streamed` moves the same "
            + "bytes and writes them past the caches, as the kit does where what a pass reads and writes is longer than the processor's "
            + "last cache.", "ms",
            [.. new[] { 22, 24 }.SelectMany(power => new[] { 4, 16 }.Select(
                steps => new BenchCase($"2^{power}, T = {steps}", "lif", "both", steps, 1L << power)))],
            [Compiled, CompiledSteps, Hand, Bytes, Streamed],
            [new(Compiled, 3), new(CompiledSteps, 3), new(Bytes, 1 / 1.2), new(Streamed, 1 / 1.2)]),
    ];

    private static IEnumerable<BenchCase> Sequence(string kind) =>
        new[] { 4, 8, 16, 32, 64 }.Select(steps => new BenchCase($"T = {steps}", kind, "both", steps, Elements));

    private static BenchCase Forward(string kind, int steps) => new($"T = {steps}, forward", kind, "forward", steps, Elements);

    private static PeerRow Step(string name, string title, string text, string kind, long size, int batch) => new(
        name, title, text + Network, "ms",
        [new("training step", kind, "train", 4, size, batch), new("inference", kind, "infer", 4, size, batch)], AllNetworks,
        [new(Compiled, 1.5), new(CompiledSteps, 1.5), new(SpikingJellyCompiled, 1.5)]);
}
