using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SnnNotebooks.Similarity;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The sizes of the visual-cortex papers: a layer of 50,000 features (float32) against 1,758 neurons of VISp over 118 scenes, and 1,000
/// features against 1,267 neurons along a movie of 3,600 frames. Baseline of SVCCA is scikit-learn's randomised reduction as this kit has
/// it; the verb <c>similarity</c>
/// compares with Python (<see cref="SimilarityComparison"/>).
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
[IterationCount(5)]
[WarmupCount(1)]
public class SimilarityBenchmark : IDisposable
{
    private readonly Tensor layer;
    private readonly Tensor neurons;
    private readonly Tensor movieLayer;
    private readonly Tensor movieNeurons;

    public SimilarityBenchmark()
    {
        manual_seed(1);
        var latent = randn(118, 30);
        layer = latent.mm(randn(30, 50_000)) + randn(118, 50_000);
        neurons = latent.mm(randn(30, 1_758)) + randn(118, 1_758);
        var frames = randn(3_600, 30);
        movieLayer = frames.mm(randn(30, 1_000)) + randn(3_600, 1_000);
        movieNeurons = frames.mm(randn(30, 1_267)) + randn(3_600, 1_267);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("svcca")]
    public double SvccaRandomised() => new Svcca(method: ReductionMethod.Randomised).Score(layer, neurons).OrNaN;

    [Benchmark, BenchmarkCategory("svcca")]
    public double SvccaExact() => new Svcca().Score(layer, neurons).OrNaN;

    [Benchmark, BenchmarkCategory("rsa")]
    public double RsaScenes() => new Rsa().Score(layer, neurons).OrNaN;

    [Benchmark, BenchmarkCategory("tsrsa")]
    public double TsrsaMovie() => new Rsa("tsrsa").Score(movieLayer, movieNeurons).OrNaN;

    [GlobalCleanup]
    public void Dispose()
    {
        layer.Dispose();
        neurons.Dispose();
        movieLayer.Dispose();
        movieNeurons.Dispose();
        GC.SuppressFinalize(this);
    }
}
