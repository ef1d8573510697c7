using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Layers;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>similarity</c>: the sizes of the visual-cortex papers in this kit and in numpy, scipy and scikit-learn, one after the
/// other on this machine and on the same threads; medians in milliseconds. Then the cost against stimuli and features. With
/// <c>similarity memory</c>: peak memory of 3,600 frames with 10^5 features, from the network to the score.
/// </summary>
internal static class SimilarityComparison
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Measures and prints the tables.</summary>
    /// <param name="arguments"><c>memory</c>, or the number of threads (1 where none is given).</param>
    /// <returns>0, 1 where the peer failed or gave another score, 2 for arguments that are none of these.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["memory"])
        {
            return Memory();
        }

        var threads = 1;
        if (arguments.Count > 1
            || (arguments is [var text] && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out threads))
            || threads < 1)
        {
            Console.Error.WriteLine("Expected: similarity [THREADS], or similarity memory.");
            return 2;
        }

        set_num_threads(threads);
        Console.WriteLine(
            $"Similarity of float32 responses, {threads} thread(s), ms (Python: numpy, scipy and scikit-learn with the system's BLAS)");
        Console.WriteLine($"{"",7} {"model",14} {"neural",12} {"Python",9} {"kit",9} {"ratio",7}   score in Python and here");
        var alike = Row("rsa", new Rsa(), new Rsa(), 118, 50_000, 1_758);
        alike &= Row("svcca", new Svcca(), new Svcca(method: ReductionMethod.Randomised), 118, 50_000, 1_758);
        alike &= Row("tsrsa", new Rsa("tsrsa"), new Rsa("tsrsa"), 3_600, 1_000, 1_267);
        Console.WriteLine();
        Console.WriteLine("Cost of the kit against stimuli and features (as many neurons as features, at most 1,000), ms");
        Console.WriteLine($"{"stimuli",9} {"features",9} {"rsa",9} {"svcca",9} {"regression",11} {"cka",9}");
        foreach (var (stimuli, features) in new[] { (118, 1_000), (118, 10_000), (118, 100_000), (300, 10_000), (900, 10_000),
            (1_800, 10_000) })
        {
            using var model = Responses(stimuli, features, seed: 1);
            using var neural = Responses(stimuli, Math.Min(features, 1_000), seed: 2);
            double Cost(SimilarityMetric metric) => Time(() => metric.Score(model, neural), 3);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stimuli,9} {features,9} {Cost(new Rsa()),9:F1} {Cost(new Svcca()),9:F1} "
                + $"{Cost(new RidgeRegression()),11:F1} {Cost(new Cka()),9:F1}"));
        }

        return alike ? 0 : 1;
    }

    /// <summary>Times both sides on the same arrays and prints a row; false where the scores differ.</summary>
    private static bool Row(string name, SimilarityMetric timed, SimilarityMetric published, int stimuli, int features, int neurons)
    {
        const double Within = 1e-5; // float32 on the way through scikit-learn; pairs that differ by rounding change places
        const int Runs = 5;
        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            using var model = Responses(stimuli, features, seed: 1);
            using var neural = Responses(stimuli, neurons, seed: 2);
            var (modelFile, neuralFile) = (Path.Combine(folder, "model.npy"), Path.Combine(folder, "neural.npy"));
            NumpyWriter.Write(modelFile, model);
            NumpyWriter.Write(neuralFile, neural);
            var peer = Peer(name, modelFile, neuralFile, Runs);
            var (theirs, score) = (peer.GetProperty("ms").GetDouble(), peer.GetProperty("score").GetDouble());
            var ours = Time(() => timed.Score(model, neural), Runs);
            var found = published.Score(model, neural).OrNaN;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,7} {stimuli + " x " + features,14} {stimuli + " x " + neurons,12} {theirs,9:F1} {ours,9:F1} "
                + $"{theirs / ours,6:F1}x   {score:F8} {found:F8}{(Math.Abs(score - found) <= Within ? "" : "  DIFFERENT")}"));
            return Math.Abs(score - found) <= Within;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Responses [stimuli, width] to 30 latent variables that both sides share, with noise.</summary>
    internal static Tensor Responses(int stimuli, int width, int seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var latent = randn(stimuli, 30);
        manual_seed(seed);
        return latent.mm(randn(30, width)).add_(randn(stimuli, width)).MoveToOuterDisposeScope();
    }

    private static int Memory()
    {
        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            manual_seed(0);
            using var network = nn.Sequential(("maps", new OverTime(nn.Conv2d(1, 32, 3, padding: 1))));
            using var movie = randn(3_600, 1, 56, 56);
            using var neurons = movie.flatten(1).mm(randn(56 * 56, 1_267));
            var clock = Stopwatch.StartNew();
            using var features = new FeatureExtractor(
                network, [new ScoredLayer("maps", 1)], 2, new FeatureOptions(Folder: folder, TimeFirst: true)).Movie(movie, "one layer");
            Report("features on disk", clock.Elapsed.TotalSeconds, double.NaN);
            foreach (var metric in new SimilarityMetric[] { new Rsa("tsrsa"), new Svcca(), new RidgeRegression(), new Cka() })
            {
                using var right = ResponseMatrix.FromTensor(neurons, "neurons");
                clock.Restart();
                var score = metric.Score(features[0], right).OrNaN;
                Report(metric.Name, clock.Elapsed.TotalSeconds, score);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(string what, double seconds, double score)
    {
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"3,600 frames x 100,352 features, {what,-17} {seconds,7:F1} s, score {score:F5}, {peak}"));
    }

    /// <summary>Median milliseconds of so many runs after one.</summary>
    internal static double Time(Action action, int runs)
    {
        action();
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[runs / 2];
    }

    /// <summary>Runs <c>similarity_peer.py</c> on as many threads as libtorch has; score and median milliseconds.</summary>
    /// <param name="metric">svcca, rsa or tsrsa.</param>
    /// <param name="model">A .npy file.</param>
    /// <param name="neural">Another.</param>
    /// <param name="runs">How often.</param>
    /// <param name="blas">Folder of another libblas.so.3 than the system's, or null.</param>
    internal static JsonElement Peer(string metric, string model, string neural, int runs, string? blas = null)
    {
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "similarity_peer.py"), metric, model, neural,
            runs.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            start.Environment[variable] = get_num_threads().ToString(CultureInfo.InvariantCulture);
        }

        if (blas is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = Path.GetFullPath(blas);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} cannot be started.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException(
                $"The published metrics could not be timed; numpy, scipy and scikit-learn are needed (apt-get install "
                + $"python3-sklearn):\n{errors.Result}");
    }
}
