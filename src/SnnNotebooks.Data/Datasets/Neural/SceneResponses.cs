using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// A region's responses to static scenes, as the AAAI 2023 paper stores them: spike counts per time bin summed over trials, and each
/// neuron's split-half reliability (specs/visual_cortex_static.md, section 2).
/// </summary>
public sealed class SceneResponses : IDisposable
{
    /// <summary>The paper keeps neurons of at least this reliability.</summary>
    public const double PublishedReliability = 0.8;

    private const string Table = "natural_scenes_presentations";
    private const double Window = 0.25; // seconds
    private const double PublishedDivisor = 25;

    /// <summary>Takes over arrays.</summary>
    /// <param name="area">The region.</param>
    /// <param name="counts">[scenes, bins, N]: spikes summed over trials.</param>
    /// <param name="reliability">One number per neuron.</param>
    /// <param name="trials">Over how many trials the counts are summed.</param>
    /// <exception cref="DatasetException">The arrays do not belong together.</exception>
    public SceneResponses(string area, Tensor counts, IReadOnlyList<double> reliability, int trials)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(reliability);
        if (counts.dim() != 3 || counts.shape[2] != reliability.Count || trials < 1)
        {
            throw new DatasetException(
                $"Responses of {area} are [{string.Join(", ", counts.shape)}] with {reliability.Count} reliabilities over {trials} "
                + "trials; expected [scenes, bins, N], N reliabilities and at least one trial.");
        }

        (Area, Counts, Reliability, Trials) = (area, counts, reliability, trials);
    }

    /// <summary>The region.</summary>
    public string Area { get; }

    /// <summary>[scenes, bins, N]: spikes summed over trials.</summary>
    public Tensor Counts { get; }

    /// <summary>Each neuron's split-half reliability; NaN for one that does not vary.</summary>
    public IReadOnlyList<double> Reliability { get; }

    /// <summary>Over how many trials the counts are summed.</summary>
    public int Trials { get; }

    /// <summary>Counts a region's spikes in the 250 ms after each onset of a scene. Grey screens are passed over.</summary>
    /// <param name="session">A session with natural scenes.</param>
    /// <param name="area">The region.</param>
    /// <param name="bins">Time bins of the 250 ms: 25 in the AAAI 2023 paper, 8 in the movie paper.</param>
    /// <param name="repeats">Random splits per reliability.</param>
    /// <param name="seed">Which splits.</param>
    /// <returns>The responses, every scene with as many trials as the rarest has; the caller disposes them.</returns>
    /// <exception cref="DatasetException">The session has no natural scenes, no unit of the region, or fewer than two trials of some
    /// scene.</exception>
    public static SceneResponses FromSession(NeuralSession session, string area, int bins = 25, int repeats = 100, int seed = 0)
    {
        using var counts = TrialsOf(session, area, bins);
        using var totals = counts.sum([2]);
        using var perScene = totals.transpose(0, 1);
        return new SceneResponses(area, counts.sum([0]), SplitHalf.Reliability(perScene, repeats, seed), (int)counts.shape[0]);
    }

    /// <summary>Counts a region's spikes presentation by presentation, for models of single trials.</summary>
    /// <param name="session">A session with natural scenes.</param>
    /// <param name="area">The region.</param>
    /// <param name="bins">Time bins of the 250 ms.</param>
    /// <returns>[trials, scenes, bins, N], float32, every scene with as many trials as the rarest has; the caller disposes it.</returns>
    /// <exception cref="DatasetException">As for <see cref="FromSession"/>.</exception>
    public static Tensor TrialsOf(NeuralSession session, string area, int bins = 25)
    {
        ArgumentNullException.ThrowIfNull(session);
        var table = session.Stimulus(Table);
        var (rows, trials, scenes) = table.RowsByTrial();
        if (scenes < 2 || trials < 2)
        {
            throw new DatasetException(
                $"Session {session.Id} shows {scenes} scenes at least {trials} times each; expected at least 2 scenes with 2 trials.");
        }

        var units = Region.Of(session, area);
        using var counts = SpikeCounts.Aligned(units, Array.ConvertAll(rows, row => table.Starts.Span[row]), 0, Window / bins, bins);
        return counts.reshape(trials, scenes, bins, units.Count);
    }

    /// <summary>Reads the authors' arrays <c>AREA_BINS.npy</c> and <c>shr_AREA.npy</c>.</summary>
    /// <param name="folder">The folder <c>allen_natural_scenes</c>.</param>
    /// <param name="area">The region in lower case, such as <c>visp</c>.</param>
    /// <param name="bins">Time bins: 25 or 8.</param>
    /// <param name="trials">Over how many trials the counts are summed; 50 in the Allen recordings.</param>
    /// <returns>The responses; the caller disposes them.</returns>
    /// <exception cref="DatasetException">A file is missing, damaged or of another shape.</exception>
    public static SceneResponses Load(string folder, string area, int bins = 25, int trials = 50)
    {
        var counts = ArrayFile.Read(Path.Combine(folder, $"{area}_{bins}.npy"), dimensions: 3);
        try
        {
            using var reliability = ArrayFile.Read(Path.Combine(folder, $"shr_{area}.npy"), dimensions: 1);
            return new SceneResponses(area, counts, reliability.Numbers<double>(), trials);
        }
        catch
        {
            counts.Dispose();
            throw;
        }
    }

    /// <summary>Writes the arrays as the authors do, for <see cref="Load"/> and for their Python code.</summary>
    /// <param name="folder">Where to.</param>
    public void Save(string folder)
    {
        NumpyWriter.Write(Path.Combine(folder, $"{Area}_{Counts.shape[1]}.npy"), Counts);
        using var reliability = tensor(Reliability.ToArray());
        NumpyWriter.Write(Path.Combine(folder, $"shr_{Area}.npy"), reliability);
    }

    /// <summary>
    /// The matrix the paper compares: reliable neurons, mean over trials, sum over bins, divided by 25 whatever the bins.
    /// </summary>
    /// <param name="reliability">Neurons of at least this are kept.</param>
    /// <returns>[scenes, kept], float64; the caller disposes it.</returns>
    /// <exception cref="DatasetException">No neuron is reliable enough.</exception>
    public Tensor Matrix(double reliability = PublishedReliability)
    {
        using var scope = NewDisposeScope();
        var kept = Enumerable.Range(0, Reliability.Count).Where(neuron => Reliability[neuron] >= reliability)
            .Select(neuron => (long)neuron).ToArray();
        return kept.Length == 0
            ? throw new DatasetException($"None of {Reliability.Count} neurons of {Area} has a reliability of at least {reliability}.")
            : (Counts.to(float64).index_select(2, tensor(kept)) / Trials).sum([1]).div(PublishedDivisor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Counts.Dispose();
}
