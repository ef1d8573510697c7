using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary>Products of responses are right with each of the processors' widths of vectors.</summary>
public sealed class LesserProcessorTests
{
    public static TheoryData<string> Switches => LesserProcessor.Switches;

    [Theory]
    [MemberData(nameof(Switches))]
    public Task Products_are_right_on_a_processor_with_fewer_vector_instructions(string switchedOff) =>
        LesserProcessor.PassesAsync(switchedOff, typeof(SymmetricProductTests), typeof(ResponseMatrixTests));
}
