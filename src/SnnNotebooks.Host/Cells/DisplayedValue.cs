using SnnNotebooks.Host.Execution;

namespace Microsoft.DotNet.Interactive;

/// <summary>A display that can be replaced while the notebook runs.</summary>
public sealed class DisplayedValue
{
    private readonly string id;
    private readonly string[] mimeTypes;

    internal DisplayedValue(object? value, string[] mimeTypes)
    {
        this.mimeTypes = mimeTypes;
        id = DisplayChannel.Show(ObjectFormatting.Represent(value, mimeTypes));
    }

    /// <summary>Shows another value in its place.</summary>
    /// <param name="updatedValue">Any value; formatted as the first one was asked to be.</param>
    public void Update(object? updatedValue) => DisplayChannel.Update(id, ObjectFormatting.Represent(updatedValue, mimeTypes));
}
