using SnnNotebooks.Host.Execution;

namespace Microsoft.DotNet.Interactive;

/// <summary><c>value.Display()</c>, as in .NET Interactive.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows the value.</summary>
    /// <typeparam name="T">Any type.</typeparam>
    /// <param name="value">Any value.</param>
    /// <param name="mimeTypes">Mime types such as <c>text/html</c>; none for those the type prefers.</param>
    /// <returns>A handle that replaces the display.</returns>
    public static DisplayedValue Display<T>(this T value, params string[] mimeTypes) => new(value, mimeTypes);

    /// <summary>Shows a text as what it is, for example HTML.</summary>
    /// <param name="value">The representation itself.</param>
    /// <param name="mimeType">Its mime type.</param>
    /// <returns>A handle that replaces the display.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType)
    {
        ArgumentException.ThrowIfNullOrEmpty(mimeType);
        return new DisplayedValue(new Representation(mimeType, value), []);
    }
}
