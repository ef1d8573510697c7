using Microsoft.DotNet.Interactive.Formatting;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Something to look at. Notebook hosts find its HTML through <see cref="ViewFormatterSource"/> (by the attribute's name) or
/// through <see cref="ToHtml"/> (by its name); terminals print <see cref="object.ToString"/>.
/// </summary>
public abstract class View
{
    /// <summary>Begins a view; derive from it to show something in your own way.</summary>
    protected View()
    {
    }

    /// <summary>The view as an HTML fragment that needs nothing from the network where plotly.js is at hand.</summary>
    /// <returns>HTML.</returns>
    public abstract string ToHtml();

    /// <summary>The view as plain text.</summary>
    /// <returns>Lines of text.</returns>
    public abstract override string ToString();
}

/// <summary>Tells notebook hosts how to show a <see cref="View"/>.</summary>
public sealed class ViewFormatterSource : ITypeFormatterSource
{
    /// <inheritdoc/>
    public IEnumerable<ITypeFormatter> CreateTypeFormatters() =>
    [
        new ViewFormatter("text/html", view => view.ToHtml()),
        new ViewFormatter("text/plain", view => view.ToString()),
    ];

    private sealed class ViewFormatter(string mimeType, Func<View, string> format) : ITypeFormatter
    {
        public string MimeType => mimeType;

        public Type Type => typeof(View);

        public bool Format(object instance, FormatContext context)
        {
            if (instance is not View view)
            {
                return false;
            }

            context.Writer.Write(format(view));
            return true;
        }
    }
}
