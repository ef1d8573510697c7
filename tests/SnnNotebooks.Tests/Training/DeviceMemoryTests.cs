using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>A device that runs out of memory in the middle of a run; libtorch's words stand in for it.</summary>
public sealed class DeviceMemoryTests
{
    private const string Words =
        "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 139.72 GiB of which 1.19 GiB is free. Including "
        + "non-PyTorch memory, this process has 138.52 GiB memory in use.";

    [Theory]
    [InlineData(Words, "2.50 GiB more were asked for, 1.19 GiB of 139.72 GiB are free.")]
    [InlineData("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1024 bytes. Error code 12",
        "1024 bytes more were asked for.")]
    [InlineData("cuModuleLoadData failed: CUDA_ERROR_OUT_OF_MEMORY", "it is full.")]
    public void The_message_has_the_sizes_and_what_to_do_and_the_state_is_kept(string words, string sizes)
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        var whole = Fit(null, failAt: 0, words);
        var full = Assert.Throws<InvalidOperationException>(() => Fit(state, failAt: 4, words));
        Assert.Contains("The memory of cpu does not suffice for step 4 of epoch 1: " + sizes, full.Message, StringComparison.Ordinal);
        Assert.Contains("Take a smaller batch than 4", full.Message, StringComparison.Ordinal);
        Assert.Contains($"{state} is as it was saved last", full.Message, StringComparison.Ordinal);
        Assert.IsType<LibTorchFailure>(full.InnerException);
        Assert.Equal(whole, Fit(state, failAt: 0, words));
    }

    [Fact]
    public void The_same_is_said_where_the_kits_own_part_of_the_backward_pass_runs_out()
    {
        var full = Assert.Throws<InvalidOperationException>(() => Fit(null, failAt: 4, Words, inBackward: true));
        Assert.Contains("does not suffice for step 4 of epoch 1: 2.50 GiB more were asked for", full.Message, StringComparison.Ordinal);
        Assert.IsType<LibTorchFailure>(full.InnerException);
    }

    [Fact]
    public void Other_failures_stay_what_they_are()
    {
        Assert.Throws<LibTorchFailure>(() => Fit(null, failAt: 1, "mat1 and mat2 shapes cannot be multiplied"));
        Assert.Contains("No state of this run was kept", Assert.Throws<InvalidOperationException>(() => Fit(null, 1, Words)).Message,
            StringComparison.Ordinal);
    }

    private static float[] Fit(string? state, int failAt, string words, bool inBackward = false)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new Forgetful(failAt, words, inBackward);
        var (inputs, labels) = (rand(24, 3), arange(24, dtype: ScalarType.Int64).remainder(2));
        var set = new TrainingSet(24, ["a", "b"], (size, _) => Enumerable.Range(0, 24 / size)
            .Select(i => (inputs.narrow(0, i * size, size).clone(), labels.narrow(0, i * size, size).clone())));
        new Trainer(new TrainingRecipe(OptimizerKind.AdamW, new LearningRateSchedule(1e-2), 1, 4)).Fit(
            network, set, new TrainingSet(0, ["a", "b"], (_, _) => []), stateFile: state, saveEvery: 1);
        return network.parameters().First().detach().Numbers<float>();
    }

    /// <summary>What TorchSharp throws of libtorch's failures is of this kind.</summary>
    private sealed class LibTorchFailure(string words) : ExternalException(words);

    private sealed class Forgetful : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear layer = nn.Linear(3, 2);
        private readonly int failAt;
        private readonly string words;
        private readonly bool inBackward;
        private int calls;

        public Forgetful(int failAt, string words, bool inBackward)
            : base(nameof(Forgetful))
        {
            (this.failAt, this.words, this.inBackward) = (failAt, words, inBackward);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => ++calls != failAt ? layer.call(input)
            : inBackward ? new Failing(words).On(layer.call(input))
            : throw new LibTorchFailure(words);
    }

    private sealed class Failing(string words) : GraphNode
    {
        public Tensor On(Tensor input) => Run([input], [], () => [input.alias()])[0];

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) => throw new LibTorchFailure(words);
    }
}
