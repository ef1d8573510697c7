using System.Reflection;

namespace SnnNotebooks.Host.Exporting;

/// <summary>The plotly.js that Plotly.NET.dll carries, so that pages need no network.</summary>
internal static class PlotlyScript
{
    private const string Prefix = "Plotly.NET.plotly-";

    /// <summary>The script, fit to stand inside a <c>script</c> element; null where Plotly.NET is not there.</summary>
    public static string? Read()
    {
        try
        {
            var assembly = Assembly.Load("Plotly.NET");
            var name = assembly.GetManifestResourceNames().FirstOrDefault(resource => resource.StartsWith(Prefix, StringComparison.Ordinal) && resource.EndsWith(".min.js", StringComparison.Ordinal));
            if (name is null)
            {
                return null;
            }

            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
