using System.Text.Json;
using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.Host.Tests.Jupyter;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>The page of a sweep in a browser without a network.</summary>
public sealed class SweepPageTests : IDisposable
{
    private const string Hostile = "<img src=x onerror=window.hacked=1>";
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [NeedsToolFact("/usr/bin/chromium", "chromium")]
    public async Task It_draws_the_means_of_the_seeds_and_shows_names_as_text()
    {
        File.WriteAllText(temporary.File("a.dib"), "#!csharp\n1\n");
        File.WriteAllText(temporary.File("s.json"), $$"""
            { "title": "{{Hostile}}", "runs": [ { "notebook": "a.dib",
                "variants": { "{{Hostile}}": { "A": 1 }, "b": { "A": 2 } }, "seeds": [1, 2] } ] }
            """);
        var (folder, plan) = (new SweepFolder(temporary.File("out")), SweepFile.Read(temporary.File("s.json")));
        foreach (var (task, i) in plan.Tasks.Select((task, i) => (task, i)))
        {
            folder.Save(
                new TaskRow(task.Id, task.Name, task.Variant, task.Notebook, null, task.Parameters, task.Seed, i == 3 ? 1 : 0, Hostile,
                DateTime.UnixEpoch, 1, 1, "host", null, new Dictionary<string, string>(), "aa",
                new Dictionary<string, double> { [Hostile] = i },
                new Dictionary<string, TaskCurve> { [Hostile] = new(Hostile, i == 0 ? [1, 2, 3] : [3, 6]) }));
        }

        SweepPage.Write(folder, plan, SweepTable.Of(folder, plan));

        Directory.CreateDirectory(temporary.File("profile"));
        using var page = await BrowserPage.OpenAsync(new Uri(folder.Page).AbsoluteUri, temporary.File("profile"));
        await page.WaitForAsync("document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length === 2");
        Assert.Equal("[[2,4],[3,6]]",
            await page.EvaluateAsync("JSON.stringify(document.querySelector('.js-plotly-plot').data.map(trace => trace.y))"));
        Assert.Equal("True", await page.EvaluateAsync("window.hacked === undefined && document.images.length === 0"));
        Assert.Equal(Hostile, await page.EvaluateAsync("document.querySelector('h1').textContent"));
        Assert.Contains("failed, exit code 1", await page.EvaluateAsync("document.body.innerText"), StringComparison.Ordinal);
    }
}
