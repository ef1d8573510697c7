using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Host.Tests.Jupyter;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>Pages on paper: narrower than the window in which their figures were drawn.</summary>
public sealed class PrintedPageTests
{
    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public async Task A_chart_is_printed_whole_with_its_axes_and_its_right_end()
    {
        using var folder = new TemporaryFolder();
        Curve[] curves = [new("one", [0.5, 1, 2], [1, 2, 3]), new("two", [0.5, 2], [1, 2])];
        var chart = new CurveView("chart", "below", "beside", curves);
        await File.WriteAllTextAsync(folder.File("page.html"), HtmlPage.Write("page", [PlotlyScript.Read()], chart.ToHtml()));
        using var page = await BrowserPage.OpenAsync($"file://{folder.File("page.html")}", folder.File("profile"));
        await page.WaitForAsync("!!document.querySelector('.snn-plotly .xtitle')");
        const string Drawn = "document.querySelector('.snn-plotly .main-svg').getBoundingClientRect().width";
        Assert.True(double.Parse(await page.EvaluateAsync(Drawn), System.Globalization.CultureInfo.InvariantCulture) > 700);

        await page.PrintAsync();

        await page.WaitForAsync($"{Drawn} < 641");
        await page.WaitForAsync("""
            (function () {
              var chart = document.querySelector('.snn-plotly').getBoundingClientRect();
              return ['.xtitle', '.ytitle', '.xtick:last-child', '.legend'].every(function (part) {
                var at = document.querySelector(part).getBoundingClientRect();
                return at.width > 0 && at.left >= chart.left && at.right <= chart.right && at.top >= chart.top && at.bottom <= chart.bottom;
              });
            })()
            """);
    }
}
