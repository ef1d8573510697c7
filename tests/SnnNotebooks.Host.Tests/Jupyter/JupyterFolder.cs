using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Jupyter;

/// <summary>A folder with our kernel installed in it, and programs of Jupyter that find no other.</summary>
internal sealed class JupyterFolder : IDisposable
{
    public const string Kernel = "snn-test";
    private readonly TemporaryFolder folder = new();

    public JupyterFolder()
    {
        var (code, output) = RunAsync("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "snn.dll"), "jupyter", "install", "--prefix", Prefix, "--name", Kernel]).GetAwaiter()
                .GetResult();
        Assert.True(code == 0, output);
    }

    /// <summary>What makes nbconvert execute with our kernel, and wait for it on a busy machine, too.</summary>
    public static IReadOnlyList<string> Executing { get; } =
    [
        "--to", "notebook", "--execute", $"--ExecutePreprocessor.kernel_name={Kernel}", "--ExecutePreprocessor.startup_timeout=600",
        "--ExecutePreprocessor.iopub_timeout=600",
    ];

    public string Folder => folder.Path;

    public string Prefix => Path.Combine(Folder, "prefix");

    public static string Script(string name) => Path.Combine(Repository.Root, "tests", "SnnNotebooks.Host.Tests", "Jupyter", name);

    public Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = Path.Combine(Prefix, "share", "jupyter");
        foreach (var name in new[] { "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR" })
        {
            start.Environment[name] = Path.Combine(Folder, name);
        }

        return Process.Start(start)!;
    }

    public async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, string input = "")
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await errors);
    }

    public void Dispose() => folder.Dispose();
}
