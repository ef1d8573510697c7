using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>
/// Views take tensors of any device and fetch what they show. Tried without a GPU: what names no device is made on the meta device, which
/// has no numbers and mixes with no other.
/// </summary>
public sealed class DeviceViewTests
{
    [Fact]
    public void Views_of_tensors_make_nothing_on_another_device()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (matrix, spikes, images, clip) = (rand(4, 5), rand(6, 7).lt(0.4), rand(3, 1, 4, 4), rand(3, 2, 4, 5));
        var (network, sequence) = (nn.Sequential(("map", new OverTime(nn.Linear(3, 4))), ("lif", new LIFNode())), rand(5, 2, 3));
        var maps = nn.Sequential(("lif", new LIFNode()));
        var (maps5, two) = (rand([3, 1, 2, 4, 4]), rand(5, 2));
        Dictionary<string, Func<View>> views = new()
        {
            ["tensor"] = () => matrix.Show(),
            ["tensor over time"] = () => clip.Show("T", "C", "H", "W"),
            ["raster"] = () => spikes.ShowRaster("spikes"),
            ["groups"] = () => spikes.ShowRaster("spikes", groups: [.. Enumerable.Repeat("a", 7)]),
            ["raster as a picture"] = () => spikes.tile([50, 40]).ShowRaster("spikes"),
            ["intervals"] = () => spikes.ShowIntervals("intervals"),
            ["images"] = () => images.ShowImages(["a", "b", "c"]),
            ["film"] = () => clip.ShowFilm("film"),
            ["maps over time"] = () => clip.ShowOverTime("maps"),
            ["features"] = () => maps.ShowFeatureMaps(maps5, "lif"),
            ["reconstruction"] = () => two.ShowAgainst(two * 2, "title", ["a", "b"], "axis"),
            ["trajectories"] = () => clip.flatten(1, 2).ShowTrajectories("t", ["a", "b", "c"]),
            ["summary"] = () => network.ShowSummary(sequence),
            ["parameters"] = () => network.ShowParameters(),
            ["surrogates"] = () => new Surrogate[] { new ATan() }.Show(),
            ["portrait"] = () => PhasePortrait.Of(new LIFNode(2), [0, 0.5], -1, 2).Show("portrait"),
        };
        var plain = views.ToDictionary(view => view.Key, view => view.Value().ToString());
        var former = get_default_device();
        set_default_device(META);
        try
        {
            Assert.All(views, view => Assert.Equal(plain[view.Key], view.Value().ToString()));
            Assert.All(views, view => Assert.NotEmpty(view.Value().ToHtml()));
        }
        finally
        {
            set_default_device(former);
        }
    }
}
