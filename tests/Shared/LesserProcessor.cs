using System.Diagnostics;

namespace SnnNotebooks.TestSupport;

/// <summary>Tests of this assembly, run once more in a process that takes its processor for one with fewer vector instructions.</summary>
public static class LesserProcessor
{
    /// <summary>What .NET reads when it starts.</summary>
    public const string WithoutAvx512 = "DOTNET_EnableAVX512";

    /// <summary>Without AVX-512, too.</summary>
    public const string WithoutAvx2 = "DOTNET_EnableAVX2";

    /// <summary>These, and the switch of all vector instructions.</summary>
    public static TheoryData<string> Switches => new(WithoutAvx512, WithoutAvx2, "DOTNET_EnableHWIntrinsic");

    /// <summary>Runs tests, all of which must pass.</summary>
    /// <param name="switchedOff">One of <see cref="Switches"/>.</param>
    /// <param name="classes">The test classes.</param>
    public static async Task PassesAsync(string switchedOff, params Type[] classes)
    {
        var filter = string.Join('|', classes.Select(each => $"FullyQualifiedName~{each.FullName}."));
        var start = new ProcessStartInfo("dotnet", ["vstest", classes[0].Assembly.Location, $"--TestCaseFilter:{filter}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment[switchedOff] = "0";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var said = await output + await errors;
        Assert.True(process.ExitCode == 0 && said.Contains("Passed!", StringComparison.Ordinal), said);
    }
}
