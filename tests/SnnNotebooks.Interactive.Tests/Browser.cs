using Microsoft.Playwright;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>Debian's Chromium without a network, shared by the tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Path = "/usr/bin/chromium";

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path))
        {
            return; // its tests are skipped
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--force-prefers-reduced-motion"],
        });
    }

    /// <summary>Opens a page with views in it, as a notebook shows them.</summary>
    /// <param name="body">What the views gave.</param>
    /// <param name="withPlotly">Whether the page carries plotly.js, as our exports do.</param>
    /// <param name="width">Of the page, CSS pixels.</param>
    /// <param name="isDark">Which colours the reader prefers.</param>
    public async Task<BrowserPage> OpenAsync(string body, bool withPlotly = false, int width = 900, bool isDark = false)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        var page = new BrowserPage(context, await context.NewPageAsync());
        await page.LoadAsync($$"""
            <!doctype html><html><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
            <style>:root{color-scheme:light dark;color:{{(isDark ? "#e3e7ee;background:#14181f" : "#1d2430;background:#fff")}}}:root[data-theme=other]{color:rgb(1,2,3)}body{margin:8px;font:16px/1.6 sans-serif}</style>
            <script>{{(withPlotly ? PlotlyScript() : string.Empty)}}</script></head><body>{{body}}</body></html>
            """);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string PlotlyScript()
    {
        using var script = new StreamReader(typeof(Plotly.NET.GenericChart).Assembly.GetManifestResourceStream("Plotly.NET.plotly-2.28.0.min.js")!);
        return script.ReadToEnd();
    }
}

/// <summary>A page, with all that went wrong on it.</summary>
public sealed class BrowserPage(IBrowserContext context, IPage page) : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> failures = [];

    public IPage Page => page;

    /// <summary>Errors of scripts, and dialogues that a hostile label opened; what was asked of the network is in <see cref="Asked"/>.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Addresses that were asked of the network; none is answered.</summary>
    public List<string> Asked { get; } = [];

    public async Task LoadAsync(string html)
    {
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
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.snn-plotly')].every(chart => chart.querySelector('svg.main-svg, canvas'))", null, new PageWaitForFunctionOptions { Timeout = 60_000 });

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        folder.Dispose();
    }
}
