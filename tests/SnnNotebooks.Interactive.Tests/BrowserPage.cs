using Microsoft.Playwright;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>A page, with all that went wrong on it.</summary>
public sealed class BrowserPage(IBrowserContext context, IPage page) : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> failures = [];

    public IPage Page => page;

    /// <summary>
    /// Errors of scripts, and dialogues that a hostile label opened; what was asked of the network is in <see cref="Asked"/>.
    /// </summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Addresses that were asked of the network; none is answered.</summary>
    public List<string> Asked { get; } = [];

    public async Task LoadAsync(string html)
    {
        page.SetDefaultTimeout(120_000); // a loaded machine draws three dimensions slowly
        page.PageError += (_, error) => failures.Add(error);
        page.Dialog += (_, dialog) =>
        {
            failures.Add($"dialogue: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        await context.RouteAsync("http*://**/*", route =>
        {
            Asked.Add(route.Request.Url);
            return route.AbortAsync();
        });
        var file = folder.File("page.html");
        await File.WriteAllTextAsync(file, html);
        await page.GotoAsync("file://" + file);
    }

    /// <summary>Waits until every chart of the page is drawn.</summary>
    public async Task ChartsDrawnAsync() =>
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('.snn-plotly')].every(chart => chart.querySelector('svg.main-svg, canvas'))");

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        folder.Dispose();
    }
}
