using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>A folder with a small notebook in which real sweeps are run by the real tool.</summary>
internal sealed class SweepWorkshop : IDisposable
{
    /// <summary>Records its seed times a gain; may fail, wait for a file, or say that it began.</summary>
    private const string Notebook = """
        #!csharp

        using System;
        using System.IO;
        using System.Threading.Tasks;

        double Get(string name) =>
            double.Parse(Environment.GetEnvironmentVariable(name) ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var (seed, gain) = (Get("Seed"), Get("Gain"));
        File.AppendAllText("began.txt", $"{seed} {gain}\n");
        if (Get("FailUnless") > 0 && !File.Exists("mended.txt")) throw new InvalidOperationException("asked to fail <b>");
        while (Get("Hold") > 0 && !File.Exists("go.txt")) await Task.Delay(20);
        var line = $"{{\"figure\":\"product\",\"value\":{(seed * gain).ToString(System.Globalization.CultureInfo.InvariantCulture)}}}\n";
        var curve = "{\"figure\":\"product\",\"axis\":\"step\",\"curve\":[1,2]}\n";
        File.AppendAllText(Environment.GetEnvironmentVariable("SNN_FIGURES"), line + curve);
        """;

    private readonly TemporaryFolder folder = new();

    public SweepWorkshop() => File.WriteAllText(FileOf("tiny.dib"), Notebook);

    public string Root => folder.Path;

    /// <summary>One line for each time the notebook was begun: seed and gain.</summary>
    public string[] Began => File.Exists(FileOf("began.txt")) ? File.ReadAllLines(FileOf("began.txt")) : [];

    public string FileOf(string name) => folder.File(name);

    public void Write(string name, string text) => File.WriteAllText(FileOf(name), text);

    /// <summary>Rows of a sweep in <c>out</c>.</summary>
    public JsonElement[] Rows() => Directory.Exists(FileOf("out/rows"))
        ? [.. Directory.EnumerateFiles(FileOf("out/rows"), "*.json").Order()
            .Select(path => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path)))]
        : [];

    public Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public (int Code, string Output) Snn(params string[] arguments) => Snn(new Dictionary<string, string>(), arguments);

    public (int Code, string Output) Snn(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Kill(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until something is so.</summary>
    public static void Until(Func<bool> so, string what, int seconds = 600)
    {
        var begun = Stopwatch.StartNew();
        while (!so())
        {
            Assert.True(begun.Elapsed.TotalSeconds < seconds, $"not so after {seconds} s: {what}");
            Thread.Sleep(50);
        }
    }

    public void Dispose() => folder.Dispose();
}
