using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>latent-fits</c>: time and peak memory of a fit and an embedding by principal components and factor analysis against the size
/// of the recording, beside scikit-learn on the same file. Each figure is a process of its own, the two in turns; medians.
/// </summary>
internal static class LatentFits
{
    private const string Python = "/usr/bin/python3";
    private const int Rounds = 3;
    private const int Components = 10;
    private const int TrialBins = 100;

    /// <summary>Measures and prints a Markdown table; or, as <c>one NAME FILE</c>, one fit.</summary>
    /// <returns>0.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        set_num_threads(1);
        if (arguments is ["one", var name, var path])
        {
            return One(name, path);
        }

        Console.WriteLine("| neurons | bins | method | kit, s | kit, MB | scikit-learn, s | scikit-learn, MB | speed | R2 of both |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            foreach (var (neurons, bins) in new[] { (100, 18_000), (300, 36_000), (1_000, 72_000) })
            {
                var file = Path.Combine(folder, $"{neurons}.npy");
                using (var counts = Counts(neurons, bins))
                {
                    NumpyWriter.Write(file, counts);
                }

                foreach (var method in new[] { "pca", "fa" })
                {
                    Row(method, file, neurons, bins);
                }
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Row(string method, string file, int neurons, int bins)
    {
        List<Fit> ours = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(Measured("dotnet", [Path.Combine(AppContext.BaseDirectory, "SnnNotebooks.Benchmarks.dll"), "latent-fits", "one",
                method, file]));
            theirs.Add(Measured(Python, [Path.Combine(AppContext.BaseDirectory, "latent_peer.py"), method, file,
                Components.ToString(CultureInfo.InvariantCulture)]));
        }

        static double Median(List<Fit> fits, Func<Fit, double> of) => fits.Select(of).Order().ElementAt(Rounds / 2);
        var (kit, peer) = (Median(ours, fit => fit.Ms), Median(theirs, fit => fit.Ms));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {neurons:N0} | {bins:N0} | {method} | {kit / 1e3:0.00} | {Median(ours, fit => fit.Mb):0} | {peer / 1e3:0.00} | "
            + $"{Median(theirs, fit => fit.Mb):0} | {peer / kit:0.0} x | {ours[0].R2:0.0000}, {theirs[0].R2:0.0000} |"));
    }

    private static int One(string name, string path)
    {
        using var counts = NumpyArchive.ReadArray(path);
        using var model = LatentModels.Create(name, new LatentModelOptions(Dimensions: Components));
        var clock = Stopwatch.StartNew();
        model.Fit(counts);
        using var latents = model.Embed(counts);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        var memory = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        using var expected = model.Reconstruct(counts);
        using var scope = NewDisposeScope();
        var r2 = 1 - ((counts - expected).square().sum(ScalarType.Float64)
            / (counts - counts.mean([0, 1], keepdim: true)).square().sum(ScalarType.Float64)).ToDouble();
        Console.WriteLine(JsonSerializer.Serialize(new { ms = elapsed, mb = memory, r2 }));
        return 0;
    }

    /// <summary>Poisson counts of neurons that follow ten slow factors.</summary>
    private static Tensor Counts(int neurons, int bins)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var slow = Smoothing.Gaussian(5).Apply(randn(bins / TrialBins, TrialBins, Components)) * 3;
        return poisson((slow.matmul(randn(Components, neurons)) * 0.15).exp() * 0.25).MoveToOuterDisposeScope();
    }

    private static Fit Measured(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" })
        {
            start.Environment[variable] = "1";
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Fit>(output, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"{program} failed; scikit-learn is needed (apt-get install python3-sklearn).");
    }

    private sealed record Fit(double Ms, double Mb, double R2);
}
