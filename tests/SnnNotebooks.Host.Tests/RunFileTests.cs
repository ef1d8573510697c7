using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Tests;

public sealed class RunFileTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Finished_cells_are_on_disk_while_the_next_one_runs()
    {
        var seen = (Ipynb: "", Html: "");
        var report = await folder.RunAsync(
            "#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\nwhile (!File.Exists(\"go\")) System.Threading.Thread.Sleep(20);\n",
            onEvent: e =>
            {
                if (e is CellStarted { Cell: 2 })
                {
                    // on a thread of its own: the run must go on to write
                    _ = Task.Run(async () =>
                    {
                        var html = Path.Combine(folder.Out, "main.html");
                        while (!File.Exists(html))
                        {
                            await Task.Delay(20);
                        }

                        seen = (File.ReadAllText(Path.ChangeExtension(html, ".ipynb")), File.ReadAllText(html));
                        folder.Write("go", "");
                    });
                }
            });
        Assert.True(report.Succeeded, report.Failure);
        using var json = JsonDocument.Parse(seen.Ipynb);
        Assert.Equal("kept\n", json.RootElement.GetProperty("cells")[0].GetProperty("outputs")[0].GetProperty("text")[0].GetString());
        Assert.Contains("is still running, or its run was ended from outside", seen.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("is still running", await File.ReadAllTextAsync(report.HtmlPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main.ipynb")]
    [InlineData("main.html")]
    [InlineData("main.md")]
    public async Task What_cannot_be_written_is_found_before_the_first_cell(string name)
    {
        Directory.CreateDirectory(Path.Combine(folder.Out, name));
        var started = false;
        var error = await Assert.ThrowsAsync<NotebookException>(() => folder.RunAsync("1", request =>
        {
            started = true;
            return request with { WithMarkdown = true };
        }));
        Assert.True(started);
        Assert.Contains("there is a folder of that name", error.Message, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(folder.Out, name)], Directory.GetFileSystemEntries(folder.Out));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_found_before_the_first_cell()
    {
        folder.Write("file", "");
        foreach (var output in new[] { "file/out", "/dev/null/out", "/proc/out" })
        {
            await Assert.ThrowsAsync<NotebookException>(
                () => folder.RunAsync("File.WriteAllText(\"ran\", \"\");",
                    request => request with { OutputFolder = Path.Combine(folder.Folder, output) }));
            Assert.False(File.Exists(Path.Combine(folder.Folder, "ran")));
        }
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_and_what_another_still_writes_is_not()
    {
        Directory.CreateDirectory(folder.Out);
        string Left(string name) => Path.Combine(folder.Out, $"{name}.{Guid.NewGuid():N}.tmp");
        var (dead, alive, other, foreign) =
            (Left("main.ipynb"), Left("main.html"), Left("other.html"), Path.Combine(folder.Out, "main.html.mine.tmp"));
        Array.ForEach([dead, alive, other, foreign], path => File.WriteAllText(path, "half"));
        using (new FileStream(alive, FileMode.Open, FileAccess.Write, FileShare.Delete))
        {
            Assert.True((await folder.RunAsync("1")).Succeeded);
        }

        Assert.Equal([false, true, true, true], new[] { dead, alive, other, foreign }.Select(File.Exists));
    }

    [Theory]
    [InlineData("![](/etc/snn-absolute.png)", "/etc/snn-absolute.png")]
    [InlineData("![](../outside.png)", "../outside.png")]
    [InlineData("![](sub/../../outside.png)", "sub/../../outside.png")]
    [InlineData("![](%2e%2e/outside.png)", "outside.png")]
    [InlineData("![](link.png)", "link.png")]
    [InlineData("![](linked/outside.png)", "linked/outside.png")]
    [InlineData("![](pipe.png)", "pipe.png")]
    [InlineData("![](inside.png)", null)]
    [InlineData("![](sub/inner.png)", null)]
    [InlineData("![](to-inside.png)", null)]
    public async Task Pictures_of_regular_files_below_the_notebook_are_embedded_and_no_others(string markdown, string? link)
    {
        var notebooks = Directory.CreateDirectory(Path.Combine(folder.Folder, "n", "sub")).Parent!.FullName;
        folder.Write("outside.png", "x");
        folder.Write("n/inside.png", "x");
        folder.Write("n/sub/inner.png", "x");
        File.CreateSymbolicLink(Path.Combine(notebooks, "link.png"), Path.Combine("..", "outside.png"));
        File.CreateSymbolicLink(Path.Combine(notebooks, "to-inside.png"), "inside.png");
        Directory.CreateSymbolicLink(Path.Combine(notebooks, "linked"), folder.Folder);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(notebooks, "pipe.png")]))
        {
            await made.WaitForExitAsync();
        }

        folder.Write("n/x.dib", $"#!markdown\n\n{markdown}\n");
        var report = await folder.RunFileAsync("n/x.dib", request => request with { Timeout = TimeSpan.FromSeconds(60) });
        var page = await File.ReadAllTextAsync(report.HtmlPath);
        Assert.Equal(link is null, page.Contains("data:image/png;base64,eA==", StringComparison.Ordinal));
        Assert.True(link is null || page.Contains($"{link}</a>", StringComparison.Ordinal), page);
    }

    [Theory]
    [InlineData("pipe.dib")]
    [InlineData("pipe.ipynb")]
    public void A_pipe_is_no_notebook(string name)
    {
        var path = Path.Combine(folder.Folder, name);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            made.WaitForExit();
        }

        Assert.Contains("no regular file", Assert.Throws<NotebookException>(() => NotebookFile.Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"pipe\"")]
    [InlineData("#!import pipe.cs")]
    [InlineData("#!import pipe.dib")]
    [InlineData("#!value --name x --from-file pipe")]
    public async Task A_directive_does_not_wait_for_a_pipe(string directive)
    {
        foreach (var name in new[] { "pipe", "pipe.cs", "pipe.dib" })
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(folder.Folder, name)]);
            await made.WaitForExitAsync();
        }

        var report = await folder.RunAsync($"#!csharp\n{directive}\n", timeout: 60);
        Assert.Contains("no regular file", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_with_control_characters_are_escaped_in_pages_and_markdown()
    {
        folder.Write("x.dib", "#!csharp\nConsole.Write(\"\\u001b[31mred\\u001b[0m\"); throw new Exception(\"bad \\u001b[2J\\r name\");\n");
        var report = await folder.RunFileAsync("x.dib");
        foreach (var text in new[] { await File.ReadAllTextAsync(report.HtmlPath),
            await File.ReadAllTextAsync(Path.ChangeExtension(report.HtmlPath, ".md")) })
        {
            Assert.Contains("bad \\u001b[2J\\r name", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\e", text, StringComparison.Ordinal);
        }
    }
}
