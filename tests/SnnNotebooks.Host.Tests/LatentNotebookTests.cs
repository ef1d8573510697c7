using System.Diagnostics;
using System.Globalization;
using System.Text;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary><c>explore/latent-space.dib</c> on what a stranger has: spikes and trials as text, and a second session.</summary>
public sealed class LatentNotebookTests : IDisposable
{
    private const int Trials = 24;
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_sessions_as_text_are_explored_and_compared()
    {
        var (monday, tuesday) = (Saved("monday.csv", Spikes(1)), Saved("tuesday.csv", Spikes(2)));
        var trials = Saved("trials.csv", string.Concat(Enumerable.Range(0, Trials)
            .Select(trial => $"{trial},{trial + 1},{(trial % 2 == 0 ? "left" : "right")}\n").Prepend("start,stop,side\n")));
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "snn.dll"), "run",
            Path.Combine(Repository.Root, "notebooks", "explore", "latent-space.dib"), "--out", folder.Folder,
            "--set", $"Recording={monday}", "--set", $"With={tuesday}", "--set", $"Table={trials};{trials}", "--set", "By=trials.side",
            "--set", "BinWidth=0.1", "--set", "Model=pca",
        ]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors + await output);

        var page = await File.ReadAllTextAsync(Path.Combine(folder.Folder, "latent-space.html"));
        Assert.Contains("24 trials, 10 bins each, 8 of 8 units", page, StringComparison.Ordinal);
        Assert.Contains("Across recordings, by mean trajectories", page, StringComparison.Ordinal);
        Assert.Contains("tuesday.csv", page, StringComparison.Ordinal);
        Assert.Contains("PCA 16 (causal, 5 bins), bins shuffled", page, StringComparison.Ordinal);
    }

    private string Saved(string name, string text)
    {
        var path = Path.Combine(folder.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Eight neurons, of which half fire more often in one kind of trial.</summary>
    private static string Spikes(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("unit,time\n");
        for (var step = 0; step < Trials * 100; step++)
        {
            for (var unit = 0; unit < 8; unit++)
            {
                if (random.NextDouble() < (step / 100 % 2 == unit % 2 ? 0.2 : 0.05))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{unit},{step / 100.0}\n");
                }
            }
        }

        return text.ToString();
    }
}
