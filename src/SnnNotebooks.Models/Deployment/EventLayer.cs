namespace SnnNotebooks.Deployment;

/// <summary>One layer of an <see cref="EventNetwork"/>.</summary>
/// <param name="output">Shape of its output.</param>
internal abstract class EventLayer(MapShape output)
{
    public MapShape Output { get; } = output;

    public virtual long WeightBytes => 0;

    public virtual void Reset()
    {
    }
}
