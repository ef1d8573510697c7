using SnnNotebooks.Host.Tests.Jupyter;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>A cell of plain tensor code without a dispose scope, while another thread keeps the garbage collector at work.</summary>
public sealed class LeftToTheCollectorTests
{
    private const string Cell = """
        using System.Threading;
        using TorchSharp;
        using static TorchSharp.torch;

        set_num_threads(1);
        var (a, b, c) = (ones(1 << 15), full([1 << 15], 2f), full([1 << 15], 3f));
        var (done, wrong) = (false, 0);
        byte[] kept = null;
        var allocating = new Thread(() => { while (!Volatile.Read(ref done)) { kept = new byte[4000]; } });
        allocating.Start();
        for (var i = 0; i < 60000; i++)
        {
            wrong += ((a * b) + c).relu().sum().item<float>() == 5f * (1 << 15) ? 0 : 1;
        }

        Volatile.Write(ref done, true);
        allocating.Join();
        Console.WriteLine($"{wrong} wrong of 60000, beside collections: {GC.CollectionCount(0) > 100}")
        """;

    private static readonly string Notebook =
        $"#!csharp\n\n#!import {Path.Combine(Repository.Root, "notebooks", "_setup.dib")}\n\n#!csharp\n\n{Cell}\n";

    private const string Right = "0 wrong of 60000, beside collections: True";

    [Fact]
    public async Task A_cell_that_snn_runs_is_right()
    {
        using var folder = new NotebookFolder();

        var report = await folder.RunAsync(Notebook);

        Assert.True(report.Succeeded, report.Failure);
        Assert.Contains(Right, NotebookFolder.Text(report, 2), StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/bin/jupyter-nbconvert", "jupyter-nbconvert")]
    public async Task A_cell_of_the_Jupyter_kernel_is_right()
    {
        using var jupyter = new JupyterFolder();
        var dib = Path.Combine(jupyter.Folder, "cell.dib");
        await File.WriteAllTextAsync(dib, Notebook);
        var (converted, words) = await jupyter.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), "convert", dib, Path.ChangeExtension(dib, ".ipynb")]);
        Assert.True(converted == 0, words);

        var (code, output) = await jupyter.RunAsync(
            "/usr/bin/jupyter-nbconvert", [.. JupyterFolder.Executing, "--output", "done.ipynb", "cell.ipynb"]);

        Assert.True(code == 0, output);
        Assert.Contains(Right, await File.ReadAllTextAsync(Path.Combine(jupyter.Folder, "done.ipynb")), StringComparison.Ordinal);
    }
}
