using System.Text.Json;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Jupyter;

public sealed class ClassicNotebookTests : IDisposable
{
    private readonly JupyterFolder jupyter = new();

    public void Dispose() => jupyter.Dispose();

    [NeedsToolFact("/usr/bin/jupyter-notebook", "jupyter-notebook")]
    public async Task The_classic_notebook_runs_a_cell_and_shows_charts_and_sliders_without_network()
    {
        var setup = Path.Combine(Repository.Root, "notebooks", "_setup.dib");
        const string Chart =
            "using SnnNotebooks.Interactive;\nusing SnnNotebooks.Neurons;\nusing TorchSharp;\nnew LIFNode(tau: 5.0).Trace(torch.ones(60) "
            + "* 2f).Show(\"trace\")";
        const string Slider =
            "using SnnNotebooks.Interactive.Views;\nvar slope = FigureControl.Slider(\"Slope\", \"slope\", [1, 2, 5], 1);\n"
            + "new SteeredView([slope], at => new CurveView(\"line\", \"x\", \"y\", [new Curve(\"line\", [0, 1], [0, at[slope]])]))";
        string[] sources = [$"#!import {setup}", "6 * 7", Chart, Slider];
        var notebook = new Notebook([.. sources.Select(source => new Cell("csharp", source))]);
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
            const string Last = "Jupyter.notebook.get_cell(3).element[0]";
            await page.WaitForAsync($"!!{Last}.querySelector('.snn-controls:not([hidden]) input') && !!{Last}.querySelector('.main-svg')");
            await page.EvaluateAsync(
                $"const slider = {Last}.querySelector('.snn-controls input'); slider.value = 2; slider.dispatchEvent(new Event('input', "
                + "{ bubbles: true }))");
            await page.WaitForAsync($"{Last}.querySelector('.snn-plotly').data[0].y[1] === 5");
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
