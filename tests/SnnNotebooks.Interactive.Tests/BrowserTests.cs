using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class BrowserTests
{
    private const string Hostile = "<img src=x onerror=\"document.body.setAttribute('data-owned','yes')\"></script><script>document.body.setAttribute('data-owned','yes')</script>";

    // writes what went wrong where --dump-dom shows it, and changes the theme after the first drawing
    private const string Probe = """
        <script>
        window.addEventListener('load', () => setTimeout(() => {
          document.documentElement.setAttribute('data-theme', 'other');
          setTimeout(() => {
            const charts = [...document.querySelectorAll('.snn-plotly')];
            const result = {
              errors: window.errors.length, why: window.errors.join(' '),
              charts: charts.length, drawn: charts.filter(chart => chart.querySelector('svg.main-svg')).length,
              themed: charts.filter(chart => getComputedStyle(chart.querySelector('.xtick text')).fill === 'rgb(1, 2, 3)').length,
              images: document.images.length, decoded: [...document.images].filter(image => image.naturalWidth > 0).length,
              unnamed: document.querySelectorAll('img:not([alt]), [role=img]:not([aria-label]), [role=figure]:not([aria-label])').length,
              owned: document.body.hasAttribute('data-owned')
            };
            document.body.setAttribute('data-result', JSON.stringify(result));
          }, 1000);
        }, 500));
        </script>
        """;

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public void Every_view_is_drawn_without_network_follows_the_theme_and_keeps_labels_text()
    {
        var html = Open(PlotlyScript(), Views());

        Assert.Contains("\"errors\":0,\"why\":\"\",\"charts\":8,\"drawn\":8,\"themed\":8", Result(html), StringComparison.Ordinal);
        var images = Regex.Match(Result(html), "\"images\":(\\d+),\"decoded\":(\\d+)");
        Assert.InRange(int.Parse(images.Groups[1].Value, CultureInfo.InvariantCulture), 10, 100);
        Assert.Equal(images.Groups[1].Value, images.Groups[2].Value);
        Assert.Contains("\"unnamed\":0,\"owned\":false", Result(html), StringComparison.Ordinal);
        Assert.Contains("onerror=", Regex.Replace(html, "<script.*?</script>", string.Empty, RegexOptions.Singleline), StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public void No_view_of_the_kit_fails_in_a_browser_without_network()
    {
        // clouds and trajectories are left out: without a graphics card their WebGL takes longer than the page is given
        var html = Open("window.alert=()=>document.body.setAttribute('data-owned','yes');" + PlotlyScript(), string.Concat(ViewTests.Views().Values.Where(view => view is not (EventCloudView or TrajectoryView)).Select(view => view.ToHtml())));

        var result = Regex.Match(Result(html), "\"errors\":(\\d+),\"why\":\"(.*?)\",\"charts\":(\\d+),\"drawn\":(\\d+),\"themed\":\\d+,\"images\":(\\d+),\"decoded\":(\\d+),\"unnamed\":(\\d+),\"owned\":(\\w+)");
        Assert.True(result.Success, Result(html));
        Assert.Equal("", result.Groups[2].Value);
        Assert.InRange(int.Parse(result.Groups[3].Value, CultureInfo.InvariantCulture), 15, 100);
        Assert.Equal(result.Groups[3].Value, result.Groups[4].Value);
        Assert.InRange(int.Parse(result.Groups[5].Value, CultureInfo.InvariantCulture), 10, 100);
        Assert.Equal(result.Groups[5].Value, result.Groups[6].Value);
        Assert.Equal("0", result.Groups[7].Value);
        Assert.Equal("false", result.Groups[8].Value);
    }

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public void Without_plotly_and_without_network_a_chart_says_what_it_would_have_shown()
    {
        var html = Open(string.Empty, Views());

        Assert.Contains("Training curves: test accuracy 80.0 % after 2 epochs (not drawn: plotly.js is neither in this page nor reachable)", html, StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public void A_film_plays_and_a_table_turns_its_pages_without_network()
    {
        const string drive = """
            <script>
            window.addEventListener('load', () => setTimeout(() => {
              const player = document.querySelector('.snn-player'), [button, slider, canvas] = ['button', 'input', 'canvas'].map(name => player.querySelector(name));
              const pixel = () => [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data].join();
              const table = document.querySelector('.snn-table'), [previous, next] = table.querySelectorAll('button');
              const rows = () => [...table.querySelectorAll('tbody tr')].filter(row => row.offsetHeight > 0).map(row => row.cells[1].textContent);
              const seen = [pixel()];
              slider.value = 1; slider.dispatchEvent(new Event('input')); seen.push(pixel());
              const first = rows(), atStart = previous.disabled;
              next.click(); next.click(); const third = rows();
              slider.value = 0; slider.dispatchEvent(new Event('input')); button.click();
              const playing = button.textContent;
              setTimeout(() => {
                const moved = slider.value; button.click();
                document.body.setAttribute('data-driven', JSON.stringify({ seen, first: first.length, atStart, third, end: next.disabled, playing, moved: +moved > 0, paused: button.textContent, focus: [button, slider, next].every(part => (part.focus(), part === document.activeElement) || part.disabled), errors: window.errors.length }));
              }, 1500);
            }, 500));
            </script>
            """;
        using var frames = zeros(30, 2, 1, 1);
        frames[0, 1] = 1;
        frames[1, 0] = 1;
        var table = new Microsoft.Data.Analysis.DataFrame(new Microsoft.Data.Analysis.Int32DataFrameColumn("n", Enumerable.Range(0, 43)));

        var html = Open(string.Empty, frames.ShowFilm(Hostile).ToHtml() + table.Show().ToHtml() + drive);

        var driven = System.Net.WebUtility.HtmlDecode(Regex.Match(html, "data-driven=\"([^\"]*)\"").Groups[1].Value);
        Assert.Equal("{\"seen\":[\"59,143,196,255\",\"213,94,0,255\"],\"first\":20,\"atStart\":true,\"third\":[\"40\",\"41\",\"42\"],\"end\":true,\"playing\":\"pause\",\"moved\":true,\"paused\":\"play\",\"focus\":true,\"errors\":0}", driven);
        Assert.Contains("\"owned\":false", Result(html), StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public void A_raster_is_enlarged_by_keys_buttons_and_mouse_and_maps_move_with_their_slider_without_network()
    {
        const string drive = """
            <script>
            window.addEventListener('load', () => setTimeout(() => {
              const figure = document.querySelector('.snn-raster'), svg = figure.querySelector('svg'), both = svg.querySelector('.snn-both');
              const [more, less, all] = figure.querySelectorAll('button'), text = figure.querySelector('output');
              const box = () => both.getAttribute('viewBox').split(' ').map(value => Math.round(value * 10) / 10).join(' '), seen = [box()];
              const key = name => svg.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
              svg.focus(); const focused = document.activeElement === svg;
              key('+'); seen.push(box()); const said = text.value;
              key('ArrowLeft'); seen.push(box());
              const group = [...svg.querySelectorAll('g:not(.snn-ticks) > text')].map(label => label.textContent).filter(label => label.startsWith('<img')).length > 0;
              less.click(); seen.push(box());
              more.click(); all.click(); seen.push(box());
              const area = svg.querySelector('rect').getBoundingClientRect(), mouse = (type, x, y) => svg.dispatchEvent(new PointerEvent(type, { pointerType: 'mouse', button: 0, pointerId: 1, clientX: area.left + x * area.width, clientY: area.top + y * area.height, bubbles: true, cancelable: true }));
              svg.setPointerCapture = () => 0;
              mouse('pointerdown', 0.25, 0.5); mouse('pointermove', 0.5, 1); mouse('pointerup', 0.5, 1); seen.push(box());
              svg.dispatchEvent(new MouseEvent('dblclick', { bubbles: true })); seen.push(box());
              const player = document.querySelector('.snn-player'), slider = player.querySelector('input'), canvas = player.querySelector('canvas');
              const pixel = x => [...canvas.getContext('2d').getImageData(x, 0, 1, 1).data].join();
              slider.value = 0; slider.dispatchEvent(new Event("input")); const maps = [pixel(0), pixel(1), pixel(2)]; slider.value = 1; slider.dispatchEvent(new Event('input')); maps.push(pixel(0), pixel(2));
              document.body.setAttribute('data-driven', JSON.stringify({ focused, seen, said, group, maps, errors: window.errors.length }));
            }, 800));
            </script>
            """;
        using var spikes = zeros(30, 12);
        spikes[10, 3] = 1;
        using var maps = zeros(2, 2, 1, 1);
        maps[0, 1] = 1;
        maps[1, 0] = 1;

        var html = Open(string.Empty, spikes.ShowRaster(Hostile, groups: [.. Enumerable.Repeat(Hostile, 12)]).ToHtml() + maps.ShowOverTime(Hostile).ToHtml() + drive);

        var driven = System.Net.WebUtility.HtmlDecode(Regex.Match(html, "data-driven=\"([^\"]*)\"").Groups[1].Value);
        const string low = "68,1,84,255";
        const string high = "253,231,37,255";
        Assert.Equal(
            "{\"focused\":true,\"seen\":[\"0 0 600 96\",\"150 24 300 48\",\"75 24 300 48\",\"0 0 600 96\",\"0 0 600 96\",\"150 48 150 48\",\"0 0 600 96\"],\"said\":\"steps 7 to 22, neurons 3 to 8\",\"group\":true,"
            + $"\"maps\":[\"{low}\",\"0,0,0,0\",\"{high}\",\"{high}\",\"{low}\"],\"errors\":0}}", driven);
        Assert.Contains("\"owned\":false", Result(html), StringComparison.Ordinal);
    }

    private static string Views()
    {
        var confusion = new ConfusionMatrix(["a", Hostile]);
        confusion.Add(0, 0);
        confusion.Add(1, 0);
        using var matrix = randn(3, 2, 4, 5);
        using var vector = rand(50);
        using var spikes = rand(6, 7).lt(0.4);
        using var many = rand(300, 200).lt(0.5);
        using var images = rand(3, 1, 4, 4);
        using var frames = ones(3, 2, 4, 5);
        using var psth = Psth.Around([new NeuralUnit(1, null, [0.05, 1.05])], new[] { 0.0, 1.0 }, 0, 0.1, 2);
        using var network = nn.Sequential((Hostile.Replace(".", string.Empty, StringComparison.Ordinal), nn.Linear(2, 3)));
        View[] views =
        [
            matrix.Show(Hostile, "C", "H", "W"), vector.Show(Hostile), spikes.ShowRaster(Hostile), many.ShowRaster(Hostile), images.ShowImages([Hostile, "b", "c"]),
            new NeuronTrace([0.5, 2], [0.25, 1.1], [0.25, 0], [0, 1], 1, 0).Show(Hostile),
            new TrainingHistory([new EpochResult(1, 0.5, 0.6, 0.7, 1), new EpochResult(2, double.NaN, 0.7, 0.8, 1)], false).Show(),
            confusion.Show(),
            new EventRecording(4, 2, [1_000, 2_000, 501_000], [0, 3, 3], [0, 1, 1], [1, 0, 0]).Show(Hostile),
            spikes.ShowIntervals(Hostile), new[] { (Hostile, psth) }.Show(title: Hostile), frames.ShowFilm(Hostile), network.ShowSummary(), network.ShowParameters(),
            matrix.ShowOverTime(Hostile), new[] { TuningCurve.Of(Hostile, [0, 0, 90], [1, 3, 4]) }.Show(Hostile, Hostile, Hostile), images.view(3, 16).ShowAgainst(images.view(3, 16), Hostile),
        ];
        return string.Concat(views.Select(view => view.ToHtml()));
    }

    private static string Result(string dom) => System.Net.WebUtility.HtmlDecode(Regex.Match(dom, "data-result=\"([^\"]*)\"").Groups[1].Value);

    private static string PlotlyScript()
    {
        using var script = new StreamReader(typeof(Plotly.NET.GenericChart).Assembly.GetManifestResourceStream("Plotly.NET.plotly-2.28.0.min.js")!);
        return script.ReadToEnd();
    }

    private static string Open(string script, string body)
    {
        using var folder = new TemporaryFolder();
        var page = folder.File("page.html");
        File.WriteAllText(page, $"<!doctype html><html><head><meta charset=utf-8><style>:root[data-theme=other]{{color:rgb(1,2,3)}}</style><script>window.errors=[];window.addEventListener('error',e=>window.errors.push(e.message))</script><script>{script}</script></head><body>{body}{Probe}</body></html>");
        var start = new ProcessStartInfo("/usr/bin/chromium") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=8000", $"--user-data-dir={folder.File("profile")}", "--dump-dom", "file://" + page,
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var chromium = Process.Start(start)!;
        var log = chromium.StandardError.ReadToEndAsync();
        var dom = chromium.StandardOutput.ReadToEnd();
        chromium.WaitForExit();
        Assert.True(dom.Contains("</html>", StringComparison.Ordinal), $"Chromium showed no page: {log.Result}");
        return dom;
    }
}
