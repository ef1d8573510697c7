using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Interactive.Tests;

public sealed class SteeredViewTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly double[] X = [0, 1, 2];

    [Fact]
    public void Every_setting_is_computed_once_and_the_last_control_runs_fastest()
    {
        var seen = new List<string>();
        var view = Powers(seen);

        Assert.Equal(["line 1", "line 2", "line 5", "square 1", "square 2", "square 5"], seen);
        using var figure = JsonDocument.Parse(Regex.Match(view.ToHtml(), "data-for=\"snn\\w+\">(.*?)</script>").Groups[1].Value);
        var heights = figure.RootElement.GetProperty("frames").EnumerateArray()
            .Select(frame => frame.GetProperty("data")[0].GetProperty("y")[2].GetDouble());
        Assert.Equal([2, 4, 10, 4, 8, 20], heights);
        Assert.StartsWith("kind square, factor 2 (one of 6 settings)", view.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_settings_share_the_ranges_of_their_axes()
    {
        using var figure = JsonDocument.Parse(Regex.Match(Powers([]).ToHtml(), "data-for=\"snn\\w+\">(.*?)</script>").Groups[1].Value);
        var ranges = figure.RootElement.GetProperty("frames").EnumerateArray()
            .Select(frame => frame.GetProperty("layout").GetProperty("yaxis").GetProperty("range").ToString()).Distinct().ToArray();

        var range = JsonSerializer.Deserialize<double[]>(Assert.Single(ranges))!;
        Assert.InRange(range[0], -1, 0);
        Assert.InRange(range[1], 20, 22);
    }

    [Fact]
    public void A_parameter_of_the_notebook_says_where_a_control_stands_at_first()
    {
        Environment.SetEnvironmentVariable("SteeredTestWidth", "5");
        try
        {
            Assert.Equal(2, FigureControl.Slider("SteeredTestWidth", "width", [1, 2, 5], 1).Start);
            Environment.SetEnvironmentVariable("SteeredTestWidth", "3");
            Assert.StartsWith("SteeredTestWidth is '3'; expected one of 1, 2, 5.",
                Assert.Throws<ArgumentException>(() => FigureControl.Slider("SteeredTestWidth", "width", [1, 2, 5], 1)).Message,
                StringComparison.Ordinal);
            Assert.StartsWith("SteeredTestWidth is '3'; expected one of a, b.",
                Assert.Throws<ArgumentException>(() => FigureControl.Choice("SteeredTestWidth", "kind", ["a", "b"], "a")).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SteeredTestWidth", null);
        }
    }

    [Fact]
    public void Controls_that_make_no_sense_together_are_refused()
    {
        var one = FigureControl.Slider("A", "a", [1, 2], 1);
        var many = FigureControl.Slider("B", "b", [.. Enumerable.Range(0, 300).Select(i => (double)i)], 0);
        FigureView Draw(FigureSetting at) => new CurveView("t", "x", "y", []);

        Assert.Throws<ArgumentException>(() => new SteeredView([], Draw));
        Assert.Throws<ArgumentException>(() => new SteeredView([one, one], Draw));
        Assert.Contains("600 settings", Assert.Throws<ArgumentException>(() => new SteeredView([one, many], Draw)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SteeredView([one], at => new CurveView($"{at[many]}", "x", "y", [])));
    }

    [NeedsToolFact(Browser.Path, "chromium")]
    public async Task Keys_and_choices_redraw_the_chart_without_a_network()
    {
        await using var opened = await browser.OpenAsync(Powers([]).ToHtml(), withPlotly: true);
        await opened.ChartsDrawnAsync();
        Task<double> Height() => opened.Page.EvaluateAsync<double>("() => document.querySelector('.snn-plotly').data[0].y[2]");

        Assert.Equal(8, await Height());
        await opened.Page.Locator(".snn-controls input").FocusAsync();
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(20, await Height());
        Assert.Equal("5", await opened.Page.Locator(".snn-controls output").TextContentAsync());
        await opened.Page.Locator(".snn-controls select").SelectOptionAsync("0");
        Assert.Equal(10, await Height());
        await opened.Page.EvaluateAsync("() => document.documentElement.setAttribute('data-theme', 'other')");
        await opened.Page.WaitForFunctionAsync(
            "() => getComputedStyle(document.querySelector('.snn-plotly .xtick text')).fill === 'rgb(1, 2, 3)'");
        Assert.Equal(10, await Height());
        Assert.Empty(opened.Failures);
        Assert.Empty(opened.Asked);
    }

    private static SteeredView Powers(List<string> seen)
    {
        var kind = FigureControl.Choice("SteeredKind", "kind", ["line", "square"], "square");
        var factor = FigureControl.Slider("SteeredFactor", "factor", [1, 2, 5], 2);
        return new SteeredView([kind, factor], at =>
        {
            seen.Add($"{at.NameOf(kind)} {at.NameOf(factor)}");
            return new CurveView("Powers", "x", "y", [new Curve("power",
                X, [.. X.Select(x => at[factor] * (at.NameOf(kind) == "line" ? x : x * x))])]);
        });
    }
}
