namespace SnnNotebooks.Deployment;

/// <summary>One layer of an <see cref="EventNetwork"/>.</summary>
/// <param name="output">Shape of its output.</param>
internal abstract class EventLayer(MapShape output)
{
    public MapShape Output { get; } = output;

    public virtual long WeightBytes => 0;

    /// <summary>Takes one step; returns the number of weights added.</summary>
    /// <param name="places">Where the input is not zero, inner order.</param>
    /// <param name="amounts">What it is there.</param>
    /// <param name="output">All of the output, inner order; whatever it holds is overwritten.</param>
    public abstract long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, float[] output);

    public virtual void Reset()
    {
    }
}
