using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Jupyter;

public sealed class ClassicNotebookTests : IDisposable
{
    private readonly JupyterFolder jupyter = new();

    public void Dispose() => jupyter.Dispose();

    [NeedsToolFact("/usr/bin/jupyter-notebook", "jupyter-notebook")]
    public async Task The_classic_notebook_runs_a_cell_and_shows_a_chart_without_network()
    {
        var setup = Path.Combine(Repository.Root, "notebooks", "_setup.dib");
        const string Chart =
            "using SnnNotebooks.Interactive;\nusing SnnNotebooks.Neurons;\nusing TorchSharp;\nnew LIFNode(tau: 5.0).Trace(torch.ones(60) "
            + "* 2f).Show(\"trace\")";
        var notebook = new Notebook([new Cell("csharp", $"#!import {setup}"), new Cell("csharp", "6 * 7"), new Cell("csharp", Chart)]);
        var json = IpynbWriter.Write(notebook).Replace(".net-csharp", JupyterFolder.Kernel, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(jupyter.Folder, "chart.ipynb"), json);

        using var server = jupyter.Start("/usr/bin/jupyter-notebook",
            ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--NotebookApp.token=t", $"--notebook-dir={jupyter.Folder}"]);
        server.BeginErrorReadLine();
        server.BeginOutputReadLine();
        try
        {
            var url = "";
            await BrowserPage.WaitAsync(
                async () =>
                {
                    var runtime = Path.Combine(jupyter.Folder, "JUPYTER_RUNTIME_DIR");
                    var file = Directory.Exists(runtime) ? Directory.GetFiles(runtime, "nbserver-*.json").FirstOrDefault() : null;
                    if (file is null || new FileInfo(file).Length == 0)
                    {
                        return false;
                    }

                    using var about = JsonDocument.Parse(await File.ReadAllTextAsync(file));
                    url = about.RootElement.GetProperty("url").GetString()!;
                    return true;
                },
                "the notebook server");
            using var page = await BrowserPage.OpenAsync($"{url}notebooks/chart.ipynb?token=t", Path.Combine(jupyter.Folder, "profile"));
            await page.WaitForAsync(
                "!!(window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel && "
                + "Jupyter.notebook.kernel.is_connected())");
            await page.EvaluateAsync("Jupyter.notebook.execute_all_cells()");
            await page.WaitForAsync("!!document.querySelector('.snn-plotly .main-svg')");
            Assert.Equal("42", (await page.EvaluateAsync("Jupyter.notebook.get_cell(1).output_area.outputs[0].data['text/plain']")).Trim());
            Assert.Equal("C#", await page.EvaluateAsync("Jupyter.notebook.metadata.language_info.name"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }
}
