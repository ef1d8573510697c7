using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests;

/// <summary>Runs tests/SnnNotebooks.OwnProcess, a user's program.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">What it is to do.</param>
    /// <param name="variables">Its environment, besides this process's; null takes a variable away.</param>
    public static async Task<(int Code, string Output)> RunAsync(
        IEnumerable<string> arguments, params (string Name, string? Value)[] variables)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(
            Repository.Root, "tests", "SnnNotebooks.OwnProcess", "bin", framework.Parent!.Name, framework.Name,
            "SnnNotebooks.OwnProcess.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
