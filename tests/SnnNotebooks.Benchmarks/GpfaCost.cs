using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>The verb <c>gpfa</c>: what learning GPFA costs, one thread: 100 neurons, 200 trials of 50 bins, 8 factors.</summary>
internal static class GpfaCost
{
    private const int Trials = 200;
    private const int Bins = 50;
    private const int Neurons = 100;
    private const int Factors = 8;

    /// <summary>Measures and prints.</summary>
    /// <returns>0.</returns>
    public static int Run()
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        manual_seed(1);
        var drive = randn(Trials, Bins, Factors).cumsum(1) / Math.Sqrt(Bins);
        var counts = poisson((drive.matmul(randn(Factors, Neurons)) * 0.3).exp());
        foreach (var iterations in new[] { 20, 500 })
        {
            using var model = new GpfaModel(new GpfaOptions { Factors = Factors, Iterations = iterations });
            var clock = Stopwatch.StartNew();
            model.Fit(counts);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"at most {iterations} rounds: {model.LogLikelihoods.Count} rounds in {clock.Elapsed.TotalSeconds:0.0} s, log-likelihood "
                + $"{model.LogLikelihoods[^1]:0}"));
        }

        return 0;
    }
}
