using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Similarity;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary><c>snn similarity</c> as a shell calls it.</summary>
public sealed class SimilarityCommandTests : IDisposable
{
    private const int Stimuli = 100;

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor model;
    private readonly Tensor neural;

    public SimilarityCommandTests()
    {
        manual_seed(1);
        var latent = randn(Stimuli, 4);
        (model, neural) = (latent.mm(randn(4, 60)) + randn(Stimuli, 60), latent.mm(randn(4, 50)) + randn(Stimuli, 50));
        NumpyWriter.Write(A, model);
        NumpyWriter.Write(B, neural);
    }

    public static TheoryData<string> Metrics { get; } = [.. SimilarityMetrics.Names];

    private string A => folder.File("a.npy");

    private string B => folder.File("b.npy");

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Every_metric_gives_one_object_with_the_librarys_score(string metric)
    {
        var (code, output, error) = SnnTool.Run("similarity", metric, A, B, "--json");
        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        Assert.Equal(metric, result.RootElement.GetProperty("metric").GetString());
        Assert.Equal(SimilarityMetrics.Create(metric).Score(model, neural).OrNaN, result.RootElement.GetProperty("score").GetDouble(), 10);
        Assert.Equal([Stimuli, 60, 50],
            new[] { "stimuli", "features", "neurons" }.Select(name => result.RootElement.GetProperty(name).GetInt32()));
    }

    [Fact]
    public void The_neural_side_is_kept_on_request()
    {
        var (_, output, _) = SnnTool.Run("similarity", "svcca", A, B, "--keep-neural", "--components", "7", "--json");
        using var result = JsonDocument.Parse(output);
        Assert.Equal(new Svcca(7, keepNeural: true).Score(model, neural).OrNaN, result.RootElement.GetProperty("score").GetDouble(), 10);
        Assert.Equal(7, result.RootElement.GetProperty("parts").GetArrayLength());
    }

    [Fact]
    public async Task Pls_takes_the_objects_by_which_it_splits_and_the_repeats_that_give_its_ceiling()
    {
        string[] labels = [.. Enumerable.Range(0, Stimuli).Select(row => $"object {row % 4}")];
        await File.WriteAllLinesAsync(folder.File("labels.txt"), labels);
        var repeats = neural.unsqueeze(0) + (0.5 * randn(6, Stimuli, 50));
        NumpyWriter.Write(folder.File("repeats.npy"), repeats);
        var (code, output, error) = SnnTool.Run(
            "similarity", "pls", A, B, "--labels", folder.File("labels.txt"), "--repeats", folder.File("repeats.npy"), "--json");
        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        var (score, ceiling) = (new PlsRegression(new PlsOptions(Labels: labels)).Score(model, neural).OrNaN,
            NoiseCeiling.Of(RepeatHalves.Scores(repeats)).Mean);
        Assert.Equal(score, result.RootElement.GetProperty("score").GetDouble(), 10);
        Assert.Equal(ceiling, result.RootElement.GetProperty("ceiling").GetDouble(), 10);
        Assert.Equal(score / ceiling, result.RootElement.GetProperty("normalised").GetDouble(), 10);

        await File.WriteAllLinesAsync(folder.File("labels.txt"), labels[1..]);
        var (tooFew, _, said) = SnnTool.Run("similarity", "pls", A, B, "--labels", folder.File("labels.txt"));
        Assert.Equal(1, tooFew);
        Assert.Contains("99 labels for the 100 stimuli", said, StringComparison.Ordinal);
        NumpyWriter.Write(folder.File("turned.npy"), repeats.transpose(1, 2).contiguous());
        var (shape, _, mismatch) = SnnTool.Run("similarity", "pls", A, B, "--repeats", folder.File("turned.npy"));
        Assert.Equal(1, shape);
        Assert.Contains("expected [repeats, stimuli, neurons]", mismatch, StringComparison.Ordinal);
        Assert.Equal(2, SnnTool.Run("similarity", "rsa", A, B, "--repeats", folder.File("repeats.npy")).Code);
    }

    [Fact]
    public void What_has_no_score_is_null_with_the_reason()
    {
        NumpyWriter.Write(A, zeros(Stimuli, 60));
        var (code, output, _) = SnnTool.Run("similarity", "rsa", A, B, "--json");
        using var result = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("score").ValueKind);
        Assert.Contains("does not vary", result.RootElement.GetProperty("undefined").GetString(), StringComparison.Ordinal);
        var (_, text, _) = SnnTool.Run("similarity", "rsa", A, B);
        Assert.StartsWith("rsa undefined: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var (missing, _, absent) = SnnTool.Run("similarity", "rsa", A, folder.File("c.npy"));
        Assert.Equal(2, missing);
        Assert.Contains("There is no file", absent, StringComparison.Ordinal);
        NumpyWriter.Write(B, neural[..44]);
        var (rows, output, differing) = SnnTool.Run("similarity", "rsa", A, B, "--json");
        Assert.Equal((1, ""), (rows, output));
        Assert.Contains($"{Stimuli} rows", differing, StringComparison.Ordinal);
        File.WriteAllText(B, "no array");
        var (damaged, _, unreadable) = SnnTool.Run("similarity", "rsa", A, B);
        Assert.Equal(1, damaged);
        Assert.Contains("b.npy", unreadable, StringComparison.Ordinal);
        var (unknown, _, known) = SnnTool.Run("similarity", "rs", A, B);
        Assert.NotEqual(0, unknown);
        Assert.Contains("tsrsa", known, StringComparison.Ordinal);
    }
}
