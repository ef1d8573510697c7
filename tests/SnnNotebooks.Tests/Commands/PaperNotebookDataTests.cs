using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Sources;

namespace SnnNotebooks.Tests.Commands;

/// <summary>Papers' notebooks on real formats in official layouts, made small: whole, at the scale quick, two steps.</summary>
public sealed class PaperNotebookDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("spikingformer", "cifar10-dvs")]
    [InlineData("cml", "dvs128-gesture")]
    [InlineData("qkformer", "imagenet")]
    [InlineData("svformer", "dvs128-gesture")]
    public void A_papers_notebook_learns_two_steps_of(string notebook, string data) => Learn(notebook, data);

    [NeedsToolFact("/usr/bin/ffmpeg", "ffmpeg")]
    public void SVFormers_notebook_learns_two_steps_of_UCF101() => Learn("svformer", "ucf101");

    private void Learn(string notebook, string data)
    {
        OfficialLayouts.Write(folder.Path, data);
        Environment.SetEnvironmentVariable("SNN_DATA", folder.Path);
        Environment.SetEnvironmentVariable("SNN_CACHE", folder.File("cache"));
        var path = Path.Combine(Repository.Root, "notebooks", "papers", notebook + ".dib");
        string[] sizes = notebook == "svformer"
            ? ["--set", "Frames=8", "--set", "Size=32"]
            : ["--set", "TimeSteps=2", "--set", "Size=32"];
        try
        {
            var (code, output, errors) = SnnTool.Run(
                ["run", path, "--scale", "quick", "--set", $"Data={data}", "--set", "Partial=true", "--set", "Images=4",
                    "--set", "Epochs=2", .. sizes, "--out", folder.File("out")]);

            Assert.True(code == 0, output + errors);
            var page = File.ReadAllText(folder.File($"out/{notebook}.html"));
            Assert.Contains($"{data}, scale quick", page, StringComparison.Ordinal);
            Assert.DoesNotContain("NOT THOSE ASKED FOR", page, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("SNN_DATA", null);
            Environment.SetEnvironmentVariable("SNN_CACHE", null);
        }
    }
}
