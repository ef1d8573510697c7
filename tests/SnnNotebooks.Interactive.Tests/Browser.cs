using Microsoft.Playwright;
using SnnNotebooks.Interactive.Figures;

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

        Assertions.SetDefaultExpectTimeout(120_000); // of a loaded machine
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Timeout = 120_000,
            Args = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
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
            <style>:root{color-scheme:light dark;color:{{(isDark ? "#e3e7ee;background:#14181f" : "#1d2430;background:#fff")}}}
            :root[data-theme=other]{color:rgb(1,2,3)}body{margin:8px;font:16px/1.6 sans-serif}</style>
            <script>{{(withPlotly ? PlotlyScript.Read() : string.Empty)}}</script></head><body>{{body}}</body></html>
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
}
