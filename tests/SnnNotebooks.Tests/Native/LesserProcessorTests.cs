using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Events;
using SnnNotebooks.Tests.Datasets.Images;
using SnnNotebooks.Tests.Layers;
using SnnNotebooks.Tests.Memristive;
using SnnNotebooks.Tests.Neurons;

namespace SnnNotebooks.Tests.Native;

/// <summary>What has code for several widths of vectors agrees with its reference at each of them.</summary>
public sealed class LesserProcessorTests
{
    public static TheoryData<string> Switches => LesserProcessor.Switches;

    [Theory]
    [MemberData(nameof(Switches))]
    public Task Kernels_are_right_on_a_processor_with_fewer_vector_instructions(string switchedOff) => LesserProcessor.PassesAsync(
        switchedOff, typeof(KernelBitsTests), typeof(LaneExpTests), typeof(PairLayoutTests), typeof(RowResamplingTests),
        typeof(RandomStreamTests));

    // without any the kit cannot ask which processor it is, and oneDNN's convolutions are not guarded (OneDnnGuard)
    [Theory]
    [InlineData(LesserProcessor.WithoutAvx512)]
    [InlineData(LesserProcessor.WithoutAvx2)]
    public Task Layers_are_right_on_a_processor_with_fewer_vector_instructions(string switchedOff) => LesserProcessor.PassesAsync(
        switchedOff, typeof(SpikeLayersTests), typeof(NormalisedNeuronsTests), typeof(MaxPool2x2Tests));
}
