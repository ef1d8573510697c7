using System.Diagnostics;

namespace SnnNotebooks.TestSupport;

/// <summary>The tool as a shell calls it.</summary>
internal static class SnnTool
{
    /// <summary>Its assembly, of the configuration under test.</summary>
    public static string Path { get; } = FindTool();

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The verb and what follows.</param>
    public static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(900_000), $"snn {string.Join(' ', arguments)} did not end");
        return (process.ExitCode, output.Result, errors.Result);
    }

    private static string FindTool()
    {
        var framework = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return System.IO.Path.Combine(
            Repository.Root, "src", "SnnNotebooks.Cli", "bin", framework.Parent!.Name, framework.Name, "snn.dll");
    }
}
