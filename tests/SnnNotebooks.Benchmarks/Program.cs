using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SnnNotebooks.Benchmarks;
using SnnNotebooks.Benchmarks.Peers;
using SnnNotebooks.Benchmarks.Start;
using SnnNotebooks.Native;

if (args is [WithoutAvx512.Verb, .. var bench])
{
    return WithoutAvx512.Run(bench);
}

ProcessTuning.Apply();
if (args is ["--help"])
{
    Console.WriteLine(
        """
        peer          the kit and its rivals in turns: neurons, training steps, inference, memory; `peer --help`
        start TOOLS   how long the tool takes to begin, beside dotnet-repl and .NET Interactive
        similarity    metrics against NumPy; `similarity memory`
        rsa FOLDER VERSION    RSA against NumPy on the OpenBLAS in FOLDER, and what its products need
        dat           decoding a DAT file beyond the cache, beside NumPy, a plain read and a mapping
        latents       what an iteration of TiDe-SwapVAE costs
        gpfa          what learning GPFA costs
        latent-fits   PCA and factor analysis beside scikit-learn, time and memory
        nlb MONKEY RAT [MODEL...]    latent models by the Neural Latents Benchmark's scores
        sparse        inference by events beside dense, at firing rates from 1 to 50 %
        sparse-figure FILE    draws what `sparse` found
        recordings MONKEY RAT RETINA NWB V4 [MODEL...]    what latent methods know of behaviour, or of neurons they did not see
        loading       images a second of the ImageNet reader and torchvision's loader
        page          writes notebooks/measured.md from tests/SnnNotebooks.Benchmarks/results
        without-avx512 BENCH...    another bench, in which neither the kit nor its peers use AVX-512
        --filter '*'  BenchmarkDotNet's: all classes, or those that the pattern names
        """);
    return 0;
}

if (args is ["peer", .. var asked])
{
    return PeerCommand.Run(asked);
}

if (args is ["start", .. var tools])
{
    return StartCommand.Run(tools);
}

if (args is [PeerWorker.Verb, var plan])
{
    return PeerWorker.Run(plan);
}

if (args is ["latents"])
{
    return LatentCost.Run();
}

if (args is ["latent-fits", .. var fits])
{
    return LatentFits.Run(fits);
}

if (args is ["nlb", .. var folders])
{
    return LatentsTable.Run(folders);
}

if (args is ["rsa", .. var blas])
{
    return RsaCost.Run(blas);
}

if (args is ["dat", ..])
{
    return DatCost.Run(args.ElementAtOrDefault(1));
}

if (args is ["sparse-figure", var picture])
{
    return SparseFigure.Run(picture);
}

if (args is ["sparse", ..])
{
    return SparseCrossover.Run(args.ElementAtOrDefault(1));
}

if (args is ["loading"])
{
    return LoadingComparison.Run();
}

if (args is ["page"])
{
    return PageCommand.Run();
}

if (args is ["gpfa"])
{
    return GpfaCost.Run();
}

if (args is ["recordings", .. var recordings])
{
    return RecordingsTable.Run(recordings);
}

if (args is ["similarity", .. var rest])
{
    return SimilarityComparison.Run(rest);
}

// in this process: libtorch is loaded once; a short job: the whole run takes about a minute
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(4).WithIterationCount(15))
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
var arguments = args.Length == 0 ? ["--filter", "*"] : args;
var summaries = BenchmarkSwitcher.FromAssembly(typeof(PageCommand).Assembly).Run(arguments, config).ToList();
return summaries.Exists(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
