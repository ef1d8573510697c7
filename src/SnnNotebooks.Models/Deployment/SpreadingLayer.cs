namespace SnnNotebooks.Deployment;

/// <summary>A layer in which each input that is not zero is added to the outputs it reaches; zeros cost nothing.</summary>
/// <param name="output">Shape of its output.</param>
internal abstract class SpreadingLayer(MapShape output) : EventLayer(output)
{
    /// <summary>Takes one step; returns the number of weights added.</summary>
    /// <param name="places">Where the input is not zero, inner order.</param>
    /// <param name="amounts">What it is there.</param>
    /// <param name="output">All of the output, inner order; whatever it holds is overwritten.</param>
    public abstract long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, Span<float> output);
}
