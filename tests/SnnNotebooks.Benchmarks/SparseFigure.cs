using System.Diagnostics;
using System.Globalization;
using System.Text;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Benchmarks;

/// <summary>The verb <c>sparse-figure</c>: draws what <c>sparse</c> found, on light and on dark paper, by the kit's own figure.</summary>
internal static class SparseFigure
{
    private const string Browser = "/usr/bin/chromium";
    private const string Blue = "#3b8fc4"; // of the kit's palette
    private const string Orange = "#d98a00";
    private const int Width = 900;
    private const int Height = 650;

    /// <summary>Draws it, from the checkout's root, with Debian's chromium.</summary>
    /// <param name="folder">Where sparse-light.png and sparse-dark.png are written.</param>
    /// <returns>0, 1 where the browser drew nothing, 2 where something is missing.</returns>
    public static int Run(string folder)
    {
        var results = Path.Combine("tests", "SnnNotebooks.Benchmarks", "results", "66-sparse.json");
        if (!File.Exists(results) || !File.Exists(Browser) || !Directory.Exists(folder))
        {
            Console.Error.WriteLine(
                $"Expected {results} (run this in the root of a checkout), {Browser} (apt-get install chromium) and the folder {folder}.");
            return 2;
        }

        var temporary = Directory.CreateTempSubdirectory("snn-figure-").FullName;
        try
        {
            var page = Path.Combine(temporary, "sparse.html");
            File.WriteAllBytes(page, Encoding.UTF8.GetBytes(
                HtmlPage.Write("Events against dense layers", [PlotlyScript.Read()], Draw(Question.Load(results).Tables[0]).ToHtml())));
            return Picture(page, Path.Combine(folder, "sparse-light.png"), isDark: false)
                && Picture(page, Path.Combine(folder, "sparse-dark.png"), isDark: true) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Rate against microseconds, a chart for each layer.</summary>
    private static PlotlyFigure Draw(MeasuredTable table)
    {
        var crossings = table.Rows.GroupBy(row => row[0]).Select(layer => SparseCrossing.Of([.. layer], SparseCrossing.OneSample))
            .OfType<double>().ToArray();
        var figure = new PlotlyFigure(
            "Microseconds of a layer for one sample and step, by how many of its inputs fire",
            "Time by events grows with the firing rate and that of the dense layer does not"
            + (crossings.Length > 0 ? Text($": they cross between {crossings.Min():0} and {crossings.Max():0} %.") : "."),
            560)
            .Layout(("margin.t", 40), ("margin.l", 55), ("margin.r", 15), ("legend.orientation", "h"), ("legend.y", -0.14));
        foreach (var (layer, at) in table.Rows.GroupBy(row => row[0]).Select((layer, at) => (layer, at)))
        {
            var axis = at == 0 ? string.Empty : Text($"{at + 1}");
            var (left, bottom) = (0.54 * (at % 2), at < 2 ? 0.58 : 0.0);
            foreach (var (column, name, colour) in new[] { (2, "by events", Blue), (4, "dense", Orange) })
            {
                figure.Add(
                    "scatter", ("x", layer.Select(row => SparseCrossing.Rate(row)).ToArray()),
                    ("y", layer.Select(row => SparseCrossing.Number(row[column])).ToArray()), ("name", name), ("legendgroup", name),
                    ("showlegend", at == 0), ("mode", "lines+markers"), ("line.color", colour), ("marker.color", colour),
                    ("xaxis", "x" + axis), ("yaxis", "y" + axis));
            }

            figure.Layout(
                ($"xaxis{axis}.type", "log"), ($"xaxis{axis}.domain", new[] { left, left + 0.46 }), ($"xaxis{axis}.anchor", "y" + axis),
                ($"xaxis{axis}.tickvals", layer.Select(row => SparseCrossing.Rate(row)).ToArray()),
                ($"xaxis{axis}.ticksuffix", " %"), ($"xaxis{axis}.title.text", layer.Key),
                ($"yaxis{axis}.type", "log"), ($"yaxis{axis}.domain", new[] { bottom, bottom + 0.42 }), ($"yaxis{axis}.anchor", "x" + axis),
                ($"yaxis{axis}.dtick", "D2"), ($"yaxis{axis}.title.text", at % 2 == 0 ? "microseconds" : string.Empty));
        }

        return figure;
    }

    private static bool Picture(string page, string file, bool isDark)
    {
        File.Delete(file);
        using var browser = Process.Start(new ProcessStartInfo(Browser,
        [
            "--headless", "--no-sandbox", "--hide-scrollbars", "--virtual-time-budget=8000", Text($"--window-size={Width},{Height}"),
            $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}", $"--screenshot={Path.GetFullPath(file)}",
            new Uri(page).AbsoluteUri,
        ])
        {
            RedirectStandardError = true,
        })!;
        var said = browser.StandardError.ReadToEnd();
        browser.WaitForExit();
        if (!File.Exists(file))
        {
            Console.Error.WriteLine($"{Browser} drew nothing: {said}");
        }

        return File.Exists(file);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
