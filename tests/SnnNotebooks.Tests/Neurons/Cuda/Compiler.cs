using System.Diagnostics;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>A compiler from a Debian package, and the headers beside this file.</summary>
internal static class Compiler
{
    public const string Cxx = "/usr/bin/g++";
    public const string Clang = "/usr/bin/clang-14";

    public static string Header(string name) => Path.Combine(AppContext.BaseDirectory, "Neurons", "Cuda", name);

    public static void Run(string compiler, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said.Length > 4000 ? said[..4000] : said);
    }
}
