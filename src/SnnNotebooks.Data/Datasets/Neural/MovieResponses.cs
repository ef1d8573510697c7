using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>A region's responses to a movie: spike counts per frame summed over trials (specs/visual_cortex_movie.md, section 4).</summary>
public sealed class MovieResponses : IDisposable
{
    /// <summary>The paper keeps neurons of at least this many spikes per second.</summary>
    public const double PublishedRate = 0.5;

    private const double FramesPerSecond = 30;

    /// <summary>Takes over an array.</summary>
    /// <param name="area">The region.</param>
    /// <param name="counts">[frames, 1, N]: spikes summed over trials.</param>
    /// <param name="trials">Over how many trials.</param>
    /// <exception cref="DatasetException">The array has another shape.</exception>
    public MovieResponses(string area, Tensor counts, int trials)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.dim() != 3 || counts.shape[0] < 1 || counts.shape[1] != 1 || trials < 1)
        {
            throw new DatasetException(
                $"Responses of {area} are [{string.Join(", ", counts.shape)}] over {trials} trials; expected [frames, 1, N] and at least "
                + "one trial.");
        }

        (Area, Counts, Trials) = (area, counts, trials);
    }

    /// <summary>The region.</summary>
    public string Area { get; }

    /// <summary>[frames, 1, N]: spikes summed over trials.</summary>
    public Tensor Counts { get; }

    /// <summary>Over how many trials the counts are summed: 20 for movie one, 10 for movie three.</summary>
    public int Trials { get; }

    /// <summary>Each neuron's mean rate in spikes per second, a frame lasting 1/30 s.</summary>
    public IReadOnlyList<double> Rates
    {
        get
        {
            using var scope = NewDisposeScope();
            return (Counts.to(float64).sum([0, 1]) / (Counts.shape[0] / FramesPerSecond) / Trials).Numbers<double>();
        }
    }

    /// <summary>Counts a region's spikes in each presentation of each frame.</summary>
    /// <param name="session">A session with that movie.</param>
    /// <param name="area">The region.</param>
    /// <param name="table">The movie's table: movie one, or <c>natural_movie_three_presentations</c>.</param>
    /// <returns>The responses, every frame with as many trials as the rarest has; the caller disposes them.</returns>
    /// <exception cref="DatasetException">The session has no such movie or no unit of the region.</exception>
    public static MovieResponses FromSession(NeuralSession session, string area, string table = "natural_movie_one_presentations")
    {
        using var trials = TrialsOf(session, area, table);
        using var sums = trials.sum([0]);
        return new MovieResponses(area, sums.unsqueeze(1), (int)trials.shape[0]);
    }

    /// <summary>Counts a region's spikes frame by frame and trial by trial, for models of single trials.</summary>
    /// <param name="session">A session with that movie.</param>
    /// <param name="area">The region.</param>
    /// <param name="table">The movie's table.</param>
    /// <returns>[trials, frames, N], float32; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The session has no such movie or no unit of the region.</exception>
    public static Tensor TrialsOf(NeuralSession session, string area, string table = "natural_movie_one_presentations")
    {
        ArgumentNullException.ThrowIfNull(session);
        return TrialCounts.OfFrames(Region.Of(session, area), session.Stimulus(table));
    }

    /// <summary>Reads the authors' array <c>AREA_1.npy</c>.</summary>
    /// <param name="folder">The movie's folder.</param>
    /// <param name="area">The region in lower case, such as <c>visp</c>.</param>
    /// <param name="trials">Over how many trials the counts are summed: 20 for movie one, 10 for movie three.</param>
    /// <returns>The responses; the caller disposes them.</returns>
    /// <exception cref="DatasetException">The file is missing, damaged or of another shape.</exception>
    public static MovieResponses Load(string folder, string area, int trials) =>
        new(area, ArrayFile.Read(Path.Combine(folder, $"{area}_1.npy"), dimensions: 3), trials);

    /// <summary>Writes the array as the authors do.</summary>
    /// <param name="folder">Where to.</param>
    public void Save(string folder) => NumpyWriter.Write(Path.Combine(folder, $"{Area}_1.npy"), Counts);

    /// <summary>The matrix the paper compares: neurons that fire, mean over trials. The paper then drops frame 0 on both sides.</summary>
    /// <param name="rate">Neurons of at least this many spikes per second are kept.</param>
    /// <returns>[frames, kept], float64; the caller disposes it.</returns>
    /// <exception cref="DatasetException">No neuron fires enough.</exception>
    public Tensor Matrix(double rate = PublishedRate)
    {
        using var scope = NewDisposeScope();
        var rates = Rates;
        var kept = Enumerable.Range(0, rates.Count).Where(neuron => rates[neuron] >= rate).Select(neuron => (long)neuron).ToArray();
        return kept.Length == 0
            ? throw new DatasetException($"None of {rates.Count} neurons of {Area} fires {rate} spikes per second.")
            : (Counts.to(float64).squeeze(1).index_select(1, tensor(kept)) / Trials).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Counts.Dispose();
}
