using System.Text.Json;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Jupyter;

public sealed class KernelTests : IDisposable
{
    private readonly JupyterFolder jupyter = new();

    public void Dispose() => jupyter.Dispose();

    [NeedsToolFact("/usr/bin/jupyter-kernelspec", "jupyter-client")]
    public async Task Every_message_type_works_through_the_client_library()
    {
        var (code, output) = await jupyter.RunAsync("/usr/bin/python3", [JupyterFolder.Script("kernel_check.py"), JupyterFolder.Kernel]);
        Assert.True(code == 0, output);
        Assert.Equal(25, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    [NeedsToolFact("/usr/bin/jupyter-console", "jupyter-console")]
    public async Task The_console_answers()
    {
        var (_, output) = await jupyter.RunAsync(
            "/usr/bin/jupyter-console",
            [
                "--simple-prompt", "--kernel", JupyterFolder.Kernel, "--ZMQTerminalInteractiveShell.kernel_timeout=600",
                "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=600", // after it, a line would wait for an empty one
            ],
            "var x = 20;\nx * 2 + 2\nexit\n");
        Assert.Contains("42", output, StringComparison.Ordinal);
    }

    [NeedsToolFact("/usr/bin/jupyter-nbconvert", "jupyter-nbconvert")]
    public async Task Nbconvert_executes_a_converted_notebook_of_the_kit()
    {
        var setup = Path.Combine(Repository.Root, "notebooks", "_setup.dib");
        var dib = Path.Combine(jupyter.Folder, "kit.dib");
        await File.WriteAllTextAsync(
            dib,
            $"#!markdown\n\n# Kit\n\n#!csharp\n\n#!import {setup}\n\n#!csharp\n\nusing SnnNotebooks.Interactive;\nusing "
            + "TorchSharp;\n\ntorch.arange(6).reshape(2, 3).Show()\n");
        var (converted, words) = await jupyter.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), "convert", dib, Path.ChangeExtension(dib, ".ipynb")]);
        Assert.True(converted == 0, words);
        var (code, output) = await jupyter.RunAsync(
            "/usr/bin/jupyter-nbconvert", [.. JupyterFolder.Executing, "--output", "done.ipynb", "kit.ipynb"]);
        Assert.True(code == 0, output);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(jupyter.Folder, "done.ipynb")));
        var shown = json.RootElement.GetProperty("cells")[2].GetProperty("outputs")[0];
        Assert.Equal("execute_result", shown.GetProperty("output_type").GetString());
        Assert.Contains("[2, 3]",
            string.Concat(shown.GetProperty("data").GetProperty("text/html").EnumerateArray().Select(line => line.GetString())),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Installing_respects_kernels_that_are_not_ours_and_uninstalling_removes_only_ours()
    {
        var snn = Path.Combine(AppContext.BaseDirectory, "snn.dll");
        var other = Path.Combine(jupyter.Prefix, "share", "jupyter", "kernels", "other", "kernel.json");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        await File.WriteAllTextAsync(other, "{\"argv\":[]}");
        foreach (var verb in new[] { "install", "uninstall" })
        {
            var (refused, says) = await jupyter.RunAsync("dotnet", [snn, "jupyter", verb, "--prefix", jupyter.Prefix, "--name", "other"]);
            Assert.Equal(1, refused);
            Assert.Contains("another kernel of the name other", says, StringComparison.Ordinal);
        }

        var (removed, _) = await jupyter.RunAsync(
            "dotnet", [snn, "jupyter", "uninstall", "--prefix", jupyter.Prefix, "--name", JupyterFolder.Kernel]);
        Assert.Equal(0, removed);
        Assert.Equal([Path.GetDirectoryName(other)!],
            Directory.GetDirectories(Path.Combine(jupyter.Prefix, "share", "jupyter", "kernels")));
        var (usage, _) = await jupyter.RunAsync("dotnet", [snn, "jupyter", "install", "--user", "--sys-prefix"]);
        Assert.Equal(2, usage);
    }

    [Theory]
    [InlineData("{}", "not a connection file")]
    [InlineData("[", "not a connection file")]
    [InlineData("{\"ip\":\"0.0.0.0\",\"key\":\"k\"}", "loopback address only")]
    [InlineData("{\"ip\":\"127.0.0.1\",\"transport\":\"ipc\"}", "transport ipc")]
    [InlineData("{\"ip\":\"127.0.0.1\",\"key\":\"k\",\"signature_scheme\":\"hmac-md5\"}", "hmac-md5")]
    public async Task A_connection_that_cannot_be_served_is_refused(string connection, string says)
    {
        var file = Path.Combine(jupyter.Folder, "connection.json");
        await File.WriteAllTextAsync(file, connection);
        var (code, output) = await jupyter.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), "jupyter", "kernel", file]);
        Assert.Equal(2, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }
}
