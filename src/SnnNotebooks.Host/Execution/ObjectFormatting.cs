using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace SnnNotebooks.Host.Execution;

/// <summary>Turns values into representations by mime type, through the formatters of .NET Interactive.</summary>
internal static class ObjectFormatting
{
    private const string Plain = "text/plain";
    private const string Html = "text/html";

    private static readonly ConcurrentDictionary<Type, MethodInfo?> ToHtmlMethods = new();

    /// <summary>
    /// The representations of a value: plain text for strings and numbers, HTML and plain text for types that prefer HTML.
    /// </summary>
    /// <param name="value">Any value.</param>
    /// <param name="mimeTypes">The mime types wanted; none for the type's preferred ones.</param>
    public static IReadOnlyDictionary<string, string> Represent(object? value, params string[] mimeTypes)
    {
        if (mimeTypes.Length > 0)
        {
            return mimeTypes.Distinct().ToDictionary(mime => mime, mime => value.ToDisplayString(mime));
        }

        switch (value)
        {
            case null:
                return Only(Plain, "<null>");
            case string text:
                return Only(Plain, text);
            case Representation representation:
                return Only(representation.MimeType, representation.Text);
            case IHtmlContent html:
                using (var writer = new StringWriter())
                {
                    html.WriteTo(writer, System.Text.Encodings.Web.HtmlEncoder.Default);
                    return new Dictionary<string, string> { [Html] = writer.ToString(), [Plain] = writer.ToString() };
                }
        }

        var type = value.GetType();
        if (ToHtmlMethods.GetOrAdd(type, FindToHtml) is { } method)
        {
            return new Dictionary<string, string> { [Html] = (string?)method.Invoke(value, null) ?? "", [Plain] = value.ToString() ?? "" };
        }

        var preferred = Formatter.GetPreferredMimeTypesFor(type).ToArray();
        var data = preferred.Distinct().ToDictionary(mime => mime, mime => value.ToDisplayString(mime));
        data.TryAdd(Plain, value.ToDisplayString(Plain));
        return data;
    }

    private static Dictionary<string, string> Only(string mime, string text) => new() { [mime] = text };

    // types with their own formatter source say more than ToHtml does; they also choose their mime types
    private static MethodInfo? FindToHtml(Type type)
    {
        if (type.GetCustomAttributes(inherit: true).Any(attribute => attribute.GetType().Name == "TypeFormatterSourceAttribute"))
        {
            return null;
        }

        var method = type.GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        return method?.ReturnType == typeof(string) ? method : null;
    }
}
