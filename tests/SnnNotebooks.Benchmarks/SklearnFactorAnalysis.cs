using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Exchange;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>scikit-learn's FactorAnalysis at its defaults as a latent model: a peer for the kit's own under any score.</summary>
/// <param name="factors">How many.</param>
internal sealed class SklearnFactorAnalysis(int factors) : ILatentModel
{
    private const string Python = "/usr/bin/python3";

    private readonly string folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;

    public string Name => $"scikit-learn's factor analysis {factors}";

    public string Citation => "scikit-learn, sklearn.decomposition.FactorAnalysis";

    public void Fit(Tensor counts) => NumpyWriter.Write(Training, counts);

    /// <summary>Fits, which draws nothing that differs from call to call, and embeds.</summary>
    public Tensor Embed(Tensor counts)
    {
        var (asked, found) = (Path.Combine(folder, "asked.npy"), Path.Combine(folder, "found.npy"));
        NumpyWriter.Write(asked, counts);
        using var process = Process.Start(Python, [Path.Combine(AppContext.BaseDirectory, "latent_peer.py"), "embed", Training,
            factors.ToString(CultureInfo.InvariantCulture), asked, found]);
        process.WaitForExit();
        return process.ExitCode == 0
            ? NumpyArchive.ReadArray(found)
            : throw new InvalidOperationException($"{Python} failed; scikit-learn is needed (apt-get install python3-sklearn).");
    }

    public Tensor Reconstruct(Tensor counts) => throw new NotSupportedException("Only its latents are compared.");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Training => Path.Combine(folder, "training.npy");
}
