using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>What a reader sees and can do, in a real browser.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private const string Hostile = "<img src=x onerror=\"alert('owned')\"></script><script>alert('owned')</script>";

    public static TheoryData<int, bool> Screens => new() { { 900, false }, { 900, true }, { 360, false } };

    [NeedsToolTheory(Browser.Path, "chromium")]
    [MemberData(nameof(Screens))]
    public async Task Every_view_is_drawn_without_network_fits_the_screen_and_keeps_labels_text(int width, bool isDark)
    {
        var views = ViewTests.Views();
        await using var opened = await browser.OpenAsync(
            string.Concat(views.Select(view => $"<section id=\"{view.Key}\">{view.Value.ToHtml()}</section>")), withPlotly: true,
            width, isDark);
        await opened.ChartsDrawnAsync();

        Assert.Empty(opened.Failures);
        Assert.Empty(opened.Asked);
        var wrong = await opened.Page.EvaluateAsync<string>("""
            () => {
              const parts = [...document.querySelectorAll('section')], wrong = [];
              const say = (part, what) => wrong.push(part.id + ': ' + what);
              for (const part of parts) {
                if (!part.innerText.trim() && !part.querySelector('svg, img, canvas')) say(part, 'shows nothing');
                if ([...part.querySelectorAll('img')].some(image => image.naturalWidth === 0)) say(part, 'has an image that is none');
                if (part.querySelector('img:not([alt]), canvas:not([aria-label], .snn-plotly *), [role=img]:not([aria-label]), '
                  + '[role=figure]:not([aria-label]), button:empty, input:not([aria-label])')) say(part, 'has something without a name');
                if (part.scrollWidth > innerWidth) say(part, 'is ' + part.scrollWidth + ' pixels wide');
                const texts = [...part.querySelectorAll('svg text')].filter(text => text.textContent.trim());
                const small = Math.min(...texts.map(text =>
                  parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b)));
                const words = part.innerText + texts.map(text => text.textContent).join();
                if (/&(quot|amp|lt|gt|#\d+);/.test(words)) say(part, 'shows an entity as such');
                if (small < 7) say(part, 'has letters of ' + small.toFixed(1) + ' pixels');
              }
              return wrong.join('\n');
            }
            """);
        Assert.True(wrong.Length == 0, wrong);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Charts_follow_the_theme_of_the_page()
    {
        var charts = ViewTests.Views()
            .Where(
                view => view.Value.ToHtml().Contains("snn-plotly", StringComparison.Ordinal)
                    && view.Value is not (EventCloudView or TrajectoryView));
        await using var opened = await browser.OpenAsync(string.Concat(charts.Select(chart => chart.Value.ToHtml())), withPlotly: true);
        await opened.ChartsDrawnAsync();

        await opened.Page.EvaluateAsync("() => document.documentElement.setAttribute('data-theme', 'other')");

        await opened.Page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('.snn-plotly')].every(chart => getComputedStyle(chart.querySelector('.xtick "
            + "text')).fill === 'rgb(1, 2, 3)')");
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_scene_that_nobody_has_looked_at_is_on_paper()
    {
        var html = ViewTests.Views().Values.Where(view => view is TrajectoryView or EventCloudView).Select(view => view.ToHtml());
        await using var opened = await browser.OpenAsync(
            $"<div style=\"height:5000px\">first</div>{string.Concat(html)}", withPlotly: true);
        await opened.ChartsDrawnAsync();
        await opened.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.snn-plotly')].every(chart => "
            + "chart._fullLayout?.scene?._scene?.glplot?.objects.length > 0)");

        var copied = await opened.Page.EvaluateAsync<int[]>("""
            () => {
              dispatchEvent(new Event('beforeprint'));
              return [...document.querySelectorAll('.snn-copy')].map(copy =>
                copy.getContext('2d').getImageData(0, 0, copy.width, copy.height).data
                    .filter((value, i) => i % 4 === 3 && value > 0).length);
            }
            """);
        var left = await opened.Page.EvaluateAsync<int>(
            "() => { dispatchEvent(new Event('afterprint')); return document.querySelectorAll('.snn-copy').length }");

        Assert.True(copied.Length >= 2, $"{copied.Length} scenes");
        Assert.All(copied, pixels => Assert.True(pixels > 1000, $"{pixels} pixels"));
        Assert.Equal(0, left);
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Without_plotly_and_without_network_a_chart_says_what_it_would_have_shown()
    {
        await using var opened = await browser.OpenAsync(ViewTests.Views()["history"].ToHtml());

        var chart = opened.Page.Locator(".snn-plotly");
        await Microsoft.Playwright.Assertions.Expect(chart).ToHaveTextAsync(
            "Training curves: test accuracy 80.0 % after 2 epochs (not drawn: plotly.js is neither in this page nor reachable)");
        Assert.StartsWith("https://cdn.plot.ly/", Assert.Single(opened.Asked), StringComparison.Ordinal);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_chart_that_is_in_view_before_plotly_comes_is_drawn_once_it_has_come()
    {
        await using var opened = await browser.OpenAsync(ViewTests.Views()["history"].ToHtml());
        await Microsoft.Playwright.Assertions.Expect(opened.Page.Locator(".snn-plotly")).ToContainTextAsync("not drawn");
        await opened.Page.AddScriptTagAsync(
            new Microsoft.Playwright.PageAddScriptTagOptions { Content = SnnNotebooks.Interactive.Figures.PlotlyScript.Read() });
        await opened.ChartsDrawnAsync();
        await Microsoft.Playwright.Assertions.Expect(opened.Page.Locator(".snn-plotly")).Not.ToContainTextAsync("not drawn");
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_film_plays_and_is_driven_by_keys()
    {
        using var frames = zeros(30, 2, 1, 1);
        frames[0, 1] = 1;
        frames[1, 0] = 1;
        await using var opened = await browser.OpenAsync(frames.ShowFilm(Hostile).ToHtml());
        var (page, slider, button) = (opened.Page, opened.Page.Locator(".snn-player input"), opened.Page.Locator(".snn-player button"));
        Task<string> Pixel() => page.EvaluateAsync<string>(
            "() => [...document.querySelector('.snn-player canvas').getContext('2d').getImageData(0, 0, 1, 1).data].join()");

        Assert.Equal("59,143,196,255", await Pixel());
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("213,94,0,255", await Pixel());
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("pause", await button.TextContentAsync());
        await page.WaitForFunctionAsync("() => document.querySelector('.snn-player input').value > 3");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("play", await button.TextContentAsync());
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_table_turns_its_pages()
    {
        var table = new Microsoft.Data.Analysis.DataFrame(new Microsoft.Data.Analysis.Int32DataFrameColumn("n", Enumerable.Range(0, 43)));
        await using var opened = await browser.OpenAsync(table.Show().ToHtml());
        var (previous, next) = (opened.Page.Locator(".snn-table button").First, opened.Page.Locator(".snn-table button").Last);
        async Task<string[]> Rows() =>
            await opened.Page.EvaluateAsync<string[]>(
                "() => [...document.querySelectorAll('.snn-table tbody tr')].filter(row => row.offsetHeight > 0).map(row => "
                + "row.cells[1].textContent)");

        Assert.Equal(20, (await Rows()).Length);
        Assert.True(await previous.IsDisabledAsync());
        await next.FocusAsync();
        await opened.Page.Keyboard.PressAsync("Enter");
        await next.ClickAsync();
        Assert.Equal(["40", "41", "42"], await Rows());
        Assert.True(await next.IsDisabledAsync());
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task A_raster_is_enlarged_by_keys_buttons_and_mouse()
    {
        using var spikes = zeros(30, 12);
        spikes[10, 3] = 1;
        await using var opened = await browser.OpenAsync(spikes.ShowRaster(Hostile, groups: [.. Enumerable.Repeat(Hostile, 12)]).ToHtml());
        var (page, drawing) = (opened.Page, opened.Page.Locator(".snn-raster svg").First);
        async Task Shows(string box) =>
            Assert.Equal(
                box, await page.EvaluateAsync<string>(
                    "() => document.querySelector('.snn-raster .snn-both').getAttribute('viewBox').split(' ').map(value => "
                    + "Math.round(value)).join(' ')"));
        var buttons = page.Locator(".snn-raster button");

        await Shows("0 0 600 96");
        await drawing.FocusAsync();
        await page.Keyboard.PressAsync("+");
        await Shows("150 24 300 48");
        Assert.Equal("steps 7 to 22, neurons 3 to 8", await page.Locator(".snn-raster output").TextContentAsync());
        await page.Keyboard.PressAsync("ArrowLeft");
        await Shows("75 24 300 48");
        Assert.Contains(await drawing.Locator("g:not(.snn-ticks) > text").AllTextContentsAsync(),
            label => label.StartsWith("<img", StringComparison.Ordinal));
        await buttons.Nth(1).ClickAsync();
        await Shows("0 0 600 96");
        await buttons.Nth(0).ClickAsync();
        await buttons.Nth(2).ClickAsync();
        await Shows("0 0 600 96");

        var area = (await drawing.Locator("rect").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(area.X + (area.Width * 0.25f), area.Y + (area.Height * 0.5f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(area.X + (area.Width * 0.5f), area.Y + area.Height - 0.01f);
        await page.Mouse.UpAsync();
        await Shows("150 48 150 48");
        await page.Mouse.DblClickAsync(area.X + 10, area.Y + 10);
        await Shows("0 0 600 96");
        Assert.Empty(opened.Failures);
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Maps_move_with_their_slider()
    {
        using var maps = zeros(2, 2, 1, 1);
        maps[0, 1] = 1;
        maps[1, 0] = 1;
        await using var opened = await browser.OpenAsync(maps.ShowOverTime(Hostile).ToHtml());
        Task<string> Pixel(int x) => opened.Page.EvaluateAsync<string>(
            "x => [...document.querySelector('.snn-player canvas').getContext('2d').getImageData(x, 0, 1, 1).data].join()", x);
        const string low = "68,1,84,255";
        const string high = "253,231,37,255";

        Assert.Equal([low, "0,0,0,0", high], [await Pixel(0), await Pixel(1), await Pixel(2)]);
        await opened.Page.Locator(".snn-player input").FocusAsync();
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal([high, low], [await Pixel(0), await Pixel(2)]);
        Assert.Empty(opened.Failures);
    }
}
