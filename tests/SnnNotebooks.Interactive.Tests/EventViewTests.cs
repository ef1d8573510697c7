using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class EventViewTests
{
    private static readonly EventRecording Three = new(4, 2, [1_000, 2_000, 501_000], [0, 3, 3], [0, 1, 1], [1, 0, 0]);

    [Fact]
    public void A_recording_tells_its_facts()
    {
        var text = Three.Show().ToString();

        Assert.Contains("sensor      4 x 2 pixels", text, StringComparison.Ordinal);
        Assert.Contains("events      3", text, StringComparison.Ordinal);
        Assert.Contains("duration    0.5 s, from 0.001 s", text, StringComparison.Ordinal);
        Assert.Contains("mean rate   6 events/s", text, StringComparison.Ordinal);
        Assert.Contains("ON share    33.3 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_recording_and_a_bare_network_show_as_their_views()
    {
        KitFormatters.Register();
        using var network = nn.Sequential(("a", nn.Linear(2, 3)));

        Assert.Contains("ON share", Three.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(network.GetType()).First());
        Assert.Contains("9 parameters", network.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Contains("9 parameters", network.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(3, 3, 1)]
    [InlineData(65_535, 1, 1)]
    [InlineData(1_000, 2_000, 7_001)]
    public void Recordings_of_any_size_have_views(int width, int height, int count)
    {
        var events = new EventRecording(
            width, height, [.. Enumerable.Range(0, count).Select(i => (long)i)], new ushort[count], new ushort[count], new byte[count]);

        foreach (var html in new[] { events.Show().ToHtml(), events.ShowCloud().ToHtml() })
        {
            Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
            Assert.InRange(html.Length, 100, 500_000);
        }

        Assert.Equal(count > 5000
            ? "Events in time and space: 3501 of 7001 events, one in 2: 0 ON, 3501 OFF"
            : $"Events in time and space: {count} of {count} events: 0 ON, {count} OFF", events.ShowCloud().ToString());
    }

    [Fact]
    public void Times_at_both_ends_of_their_range_do_not_overflow()
    {
        var events = new EventRecording(1, 1, [long.MaxValue, long.MinValue], [0, 0], [0, 0], [1, 1]);

        Assert.Contains("1.845E+13 s", events.Show().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_keep_the_polarities_apart_and_are_clear_where_nothing_is()
    {
        var none = EventColours.Table[EventColours.Code(0, 0, 5)];
        var on = EventColours.Table[EventColours.Code(0, 5, 5)];
        var off = EventColours.Table[EventColours.Code(5, 0, 5)];

        Assert.Equal(0, none.A);
        Assert.Equal((0x3b, 0x8f, 0xc4, 255), ((int)on.R, (int)on.G, (int)on.B, (int)on.A));
        Assert.Equal((0xd5, 0x5e, 0x00, 255), ((int)off.R, (int)off.G, (int)off.B, (int)off.A));
        Assert.InRange(EventColours.Table[EventColours.Code(0, 1e-9, 1e9)].A, 1, 254);
    }

    [Fact]
    public void A_film_holds_its_frames_and_thins_what_is_too_large()
    {
        using var one = ones(1, 2, 1, 1);
        using var large = zeros(401, 2, 1, 500);

        Assert.Contains("1 of 1 frames, 1 x 1 pixels", one.ShowFilm().ToString(), StringComparison.Ordinal);
        Assert.Contains("134 of 401 frames, 1 x 500 pixels (the highest of 4 x 4 shown as one)", large.ShowFilm().ToString(),
            StringComparison.Ordinal);
        Assert.Contains("max=\"133\"", large.ShowFilm().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_film_is_refused()
    {
        using var grey = ones(3, 1, 4, 4);
        using var none = ones(0, 2, 4, 4);
        using var good = ones(3, 2, 4, 4);

        Assert.Contains("[3, 1, 4, 4]", Assert.Throws<ArgumentException>(() => grey.ShowFilm()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => none.ShowFilm());
        Assert.Throws<ArgumentOutOfRangeException>(() => good.ShowFilm(framesPerSecond: double.NaN));
    }
}
