using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>loading</c>: images a second of a folder in ImageNet's layout, decoded, cropped and normalised for training, in this kit and
/// in torchvision's loader (Debian's python3-torchvision), in turns, with one and with two threads or workers; then pictures of 32 x 32 in
/// memory, augmented.
/// </summary>
internal static class LoadingComparison
{
    private const string Python = "/usr/bin/python3";
    private const string Ffmpeg = "/usr/bin/ffmpeg";
    private const int Images = 400;
    private const int Pictures = 5000;
    private const int Batch = 64;
    private const int Turns = 3;

    /// <summary>Measures and prints the table.</summary>
    /// <returns>0, or 1 where a program is missing or failed.</returns>
    public static int Run() => FolderBench.Run(folder =>
    {
        var bytes = Make(folder);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Images} JPEGs of 500 x 375 pixels, {bytes / Images / 1024} KiB each (ffmpeg's mandelbrot with noise), crop of 224, "
            + $"batches of {Batch}; images a second, median of {Turns} epochs in turns"));
        Table(Images, threads => Peer(threads, Path.Combine(folder, "train")), threads => Kit(folder, threads));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Pictures} pictures of 32 x 32 in memory, RandAugment of one operation (the kit's is timm's, torchvision's its own), "
            + $"normalised, erased"));
        Table(Pictures, threads => Peer(threads, $"{Pictures}"), Small);
    });

    private static void Table(int count, Func<int, double> peerSeconds, Func<int, double> kitSeconds)
    {
        Console.WriteLine($"{"threads",8} {"torchvision",12} {"kit",8} {"ratio",7}");
        foreach (var threads in new[] { 1, 2 })
        {
            var (theirs, ours) = (new List<double>(), new List<double>());
            for (var turn = 0; turn < Turns; turn++)
            {
                theirs.Add(count / peerSeconds(threads));
                ours.Add(count / kitSeconds(threads));
            }

            var (peer, kit) = (theirs.Order().ElementAt(Turns / 2), ours.Order().ElementAt(Turns / 2));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{threads,8} {peer,12:F0} {kit,8:F0} {kit / peer,6:F2}x"));
        }
    }

    /// <summary>Two classes of images to learn from, one image of each to test on; the bytes of all.</summary>
    private static long Make(string folder)
    {
        foreach (var (part, name, count, zoom) in new[]
        {
            ("train", "a", Images / 2, 1), ("train", "b", Images / 2, 40), ("test", "a", 1, 1), ("test", "b", 1, 40),
        })
        {
            var film = FormattableString.Invariant($"mandelbrot=size=500x375:start_scale={3.0 / zoom}:maxiter=500,noise=alls=14:allf=t");
            var place = Directory.CreateDirectory(Path.Combine(folder, part, name)).FullName;
            Output(Ffmpeg, [
                "-v", "error", "-f", "lavfi", "-i", film, "-frames:v", $"{count}", "-q:v", "2", Path.Combine(place, "%06d.JPEG")]);
        }

        return Directory.EnumerateFiles(Path.Combine(folder, "train"), "*", SearchOption.AllDirectories)
            .Sum(path => new FileInfo(path).Length);
    }

    /// <summary>Seconds of torchvision's epoch, of a folder or of so many pictures in memory.</summary>
    private static double Peer(int workers, string pictures)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "loading_peer.py");
        var answer = Output(Python, [script, pictures, $"{Batch}", $"{workers}", "1"]);
        return JsonDocument.Parse(answer).RootElement.GetProperty("seconds")[0].GetDouble();
    }

    /// <summary>Seconds of an epoch of a folder, after one to warm up.</summary>
    private static double Kit(string folder, int threads)
    {
        set_num_threads(threads);
        var input = new InputShape(InputKind.Images, 1, 3, 224, 224);
        using var data = DataSources.Get("folder:" + folder).Open(new DataRequest(input));
        return Seconds(data.Train, "sew-imagenet");
    }

    /// <summary>Seconds of an epoch of pictures in memory, after one to warm up.</summary>
    private static double Small(int threads)
    {
        set_num_threads(threads);
        using var scope = NewDisposeScope();
        using var pictures = new ImageDataset(rand(Pictures, 3, 32, 32), zeros(Pictures, dtype: ScalarType.Int64), ["all"]);
        return Seconds(pictures.ToTrainingSet(), "spikformer-cifar");
    }

    private static double Seconds(TrainingSet data, string recipe)
    {
        var set = data.ForLearning(TrainingRecipes.All[recipe].Without(RecipePart.MixedPrecision));
        Epoch(1);
        var clock = Stopwatch.StartNew();
        Epoch(2);
        return clock.Elapsed.TotalSeconds;

        void Epoch(int seed)
        {
            var count = 0L;
            foreach (var (inputs, labels) in set.Batches(Batch, seed))
            {
                count += labels.shape[0];
                inputs.Dispose();
                labels.Dispose();
            }

            if (count != data.Count)
            {
                throw new InvalidOperationException($"The kit read {count} of {data.Count} images.");
            }
        }
    }

    private static string Output(string program, string[] arguments)
    {
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"needs {program} (Debian packages ffmpeg and python3-torchvision)");
        }

        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} failed (Debian package python3-torchvision?): {errors.Result.Trim()}");
    }
}
