using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Tests;

public sealed class FrameFormatterTests
{
    [Fact]
    public void A_bare_chart_of_Plotly_NET_is_drawn_as_the_kits_own_figures_are()
    {
        FrameFormatters.Register();
        var trace = new Trace("bar");
        trace.SetProperty("y", new[] { 1, 2, 3 });
        trace.SetProperty("name", "</script><b>");

        var chart = GenericChart.ofTraceObject(false, trace);

        var html = chart.ToDisplayString("text/html");
        Assert.Equal("chart of Plotly.NET: 1 bar", chart.ToDisplayString("text/plain"));
        Assert.Contains("class=\"snn-plotly\"", html, StringComparison.Ordinal);
        Assert.Contains("\"y\":[1,2,3]", html, StringComparison.Ordinal);
        Assert.DoesNotContain("</script><b>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.0.0", "10.0.0.0", true)]
    [InlineData("10.1.0.0", "10.1.0.0", false)]
    [InlineData("10.1.0.0", "11.0.0.0", false)]
    [InlineData("10.1.0.0", null, false)]
    [InlineData(null, "10.0.0.0", false)]
    public void Only_an_FSharp_older_than_a_library_needs_keeps_it_out_and_says_so(string? needed, string? here, bool isKeptOut)
    {
        static Version? Of(string? text) => text is null ? null : Version.Parse(text);

        var obstacle = FrameFormatters.Obstacle("Deedle", Of(needed), Of(here));

        Assert.Equal(isKeptOut, obstacle is not null);
        Assert.StartsWith(isKeptOut ? "Deedle needs FSharp.Core 10.1.0.0, and this notebook host has 10.0.0.0" : "", obstacle ?? "",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_finite_is_a_gap_in_a_figure()
    {
        var html = new PlotlyFigure("title", "words", 200)
            .Add("scatter", ("y", new[] { 1, double.NaN, double.PositiveInfinity }), ("z", new[] { 2f, float.NaN }), ("marker.size", 8))
            .ToHtml();

        Assert.Contains("{\"y\":[1,null,null],\"z\":[2,null],\"marker\":{\"size\":8},\"type\":\"scatter\"}", html,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_kits_own_views_know_nothing_of_FSharp() => Assert.DoesNotContain(
        typeof(PlotlyFigure).Assembly.GetReferencedAssemblies(),
        reference => reference.Name is "FSharp.Core" or "Plotly.NET" or "Deedle");
}
