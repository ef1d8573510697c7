using System.Text.RegularExpressions;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>A speed against another tool means nothing without the tool's version and the day.</summary>
public sealed partial class ComparisonTests
{
    private static readonly string[] Peers =
    [
        "SpikingJelly", "snnTorch", "Norse", "NeuroBench", "PyTorch", "NumPy", "SciPy", "scikit-learn", "Lava", "Nengo", "Brian",
    ];

    [Theory]
    [InlineData("README.md")]
    [InlineData("notebooks/measured.md")]
    public void A_ratio_stands_with_the_version_of_its_peer_and_a_date(string file)
    {
        var bare = Bare(File.ReadAllText(Path.Combine(Repository.Root, file)));
        Assert.True(bare.Count == 0, string.Join(Environment.NewLine, bare));
    }

    [Theory]
    [InlineData("## Speed\n\n3.0 times faster than PyTorch 1.13 on 3 May 2026.", 0)]
    [InlineData("## Speed\n\nOn 3 May 2026.\n\n| PyTorch 1.13 |\n|---|\n| 260 (11 x) |", 0)]
    [InlineData("## Speed\n\n3.0 times faster than PyTorch on 3 May 2026.", 1)]
    [InlineData("## Speed\n\n3.0 times faster than PyTorch 1.13.", 1)]
    [InlineData("## Speed\n\n| NumPy |\n|---|\n| 260 (11 x) |", 1)]
    [InlineData("On 3 May 2026, PyTorch 1.13.\n\n## Speed\n\nTwice: 2 times less than before.", 1)]
    [InlineData("## Size\n\nFrames of 64 x 64 pixels, a hundred times.", 0)]
    [InlineData("## Size\n\nA convolution runs 4 times.", 0)]
    public void Versions_and_dates_are_looked_for_in_the_section_of_the_ratio(string text, int bare) =>
        Assert.Equal(bare, Bare(text).Count);

    /// <summary>The lines with a ratio in sections that name no version of a peer, name one without, or give no date.</summary>
    private static List<string> Bare(string text) => [.. Heading().Split(text).SelectMany(section =>
    {
        var named = Peers.Any(peer => Regex.IsMatch(section, $@"\b{peer} \d"));
        var complete = named && Date().IsMatch(section);
        return complete ? [] : section.Split('\n').Where(line => Ratio().IsMatch(line));
    })];

    [GeneratedRegex(@"^(?=#{1,6} )", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\d+(\.\d+)? times (faster|slower|less|more|as (fast|long|slow|much))|\(\d+(\.\d+)?( to \d+(\.\d+)?)? x\)")]
    private static partial Regex Ratio();

    [GeneratedRegex(@"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d\b"
        + @"|\b20\d\d-\d\d-\d\d\b")]
    private static partial Regex Date();
}
