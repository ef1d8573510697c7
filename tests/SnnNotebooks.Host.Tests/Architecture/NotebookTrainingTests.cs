using System.Text.RegularExpressions;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>
/// Notebooks learn by the code of <c>snn train</c>: data sets by name, prepared by recipes; none builds a set of its own.
/// </summary>
public sealed partial class NotebookTrainingTests
{
    [Fact]
    public void No_notebook_builds_a_training_set()
    {
        var folder = Path.Combine(Repository.Root, "notebooks");
        var notebooks = Directory.EnumerateFiles(folder, "*.dib", SearchOption.AllDirectories).ToArray();
        Assert.NotEmpty(notebooks);

        var built = notebooks.SelectMany(path => File.ReadLines(path).Select((line, number) => (path, number, line)))
            .Where(entry => Builder().IsMatch(entry.line)).Select(entry => $"{entry.path}:{entry.number + 1}: {entry.line.Trim()}");

        Assert.Empty(built);
    }

    [Theory]
    [InlineData("spikingformer")]
    [InlineData("cml")]
    [InlineData("qkformer")]
    [InlineData("svformer")]
    [InlineData("visual-cortex-movie")]
    [InlineData("visual-cortex-static")]
    public void A_papers_notebook_takes_its_data_by_name_and_marks_others_in_its_table(string notebook)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "notebooks", "papers", notebook + ".dib"));

        Assert.Contains("PaperData.Choose(Parameters.Get(\"Data\", \"\")", text, StringComparison.Ordinal);
        Assert.Contains(".Concat(chosen.Marks)", text[text.LastIndexOf("new ReproducedResult", StringComparison.Ordinal)..],
            StringComparison.Ordinal);
        Assert.DoesNotContain("Parameters.Scale;", text, StringComparison.Ordinal);
    }

    // what makes sets of inputs, augmented or not, besides data sets by name and the generators, whose sets know recipes themselves
    [GeneratedRegex(@"new\s+TrainingSet\b|ToTrainingSet\(|(Image|Frame|Clip)TrainingSet\b|\bAugmented\(|FrameStream|ImageTransform|"
        + @"TrainingRecipes\.All\[")]
    private static partial Regex Builder();
}
