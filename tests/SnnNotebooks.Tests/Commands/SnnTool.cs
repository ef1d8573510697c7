using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Commands;

/// <summary>The tool as a shell calls it.</summary>
internal static class SnnTool
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The verb and what follows.</param>
    public static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var tool = Path.Combine(Repository.Root, "src", "SnnNotebooks.Cli", "bin", framework.Parent!.Name, framework.Name, "snn.dll");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(180_000), $"snn {string.Join(' ', arguments)} did not end");
        return (process.ExitCode, output.Result, errors.Result);
    }
}
