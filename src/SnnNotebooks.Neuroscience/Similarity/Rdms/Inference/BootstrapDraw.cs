namespace SnnNotebooks.Similarity.Rdms;

/// <summary>What is drawn again, with replacement.</summary>
public enum RdmResampling
{
    /// <summary>Subjects: does a result hold for others of their kind?</summary>
    Subjects,

    /// <summary>Stimuli: does it hold for other stimuli?</summary>
    Stimuli,

    /// <summary>Both at once; the variance is too large, since both draws bring the measurement's noise (see <see cref="Dual"/>).</summary>
    Both,

    /// <summary>
    /// The corrected bootstrap (H. Schütt et al., eLife 2023, equation 12): both, subjects alone and stimuli alone, whose variances are
    /// combined so that noise is counted once.
    /// </summary>
    Dual,
}

/// <summary>One draw of subjects and stimuli.</summary>
/// <param name="Subjects">Which matrices, from 0.</param>
/// <param name="Stimuli">Which stimuli of the whole set, from 0.</param>
public sealed record BootstrapDraw(IReadOnlyList<int> Subjects, IReadOnlyList<int> Stimuli)
{
    /// <summary>Draws as rsatoolbox does after <c>numpy.random.seed(seed)</c>: subjects, then stimuli, each as many as there are.</summary>
    /// <param name="data">What is drawn from.</param>
    /// <param name="resampling">What is drawn; the rest stays as it is.</param>
    /// <param name="count">Number of draws, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The draws, as many as were asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static IReadOnlyList<BootstrapDraw> Draw(RdmSet data, RdmResampling resampling, int count, uint seed = SimilarityMetrics.Seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new NumpyRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Next(data, resampling, random))];
    }

    /// <summary>The next draw of a sequence.</summary>
    internal static BootstrapDraw Next(RdmSet data, RdmResampling resampling, NumpyRandom random)
    {
        int[] Some(int of, RdmResampling kept) =>
            [.. Enumerable.Range(0, of).Select(place => resampling == kept ? place : random.Integer(of))];
        return new BootstrapDraw(Some(data.Count, RdmResampling.Stimuli),
            [.. Some(data.StimulusCount, RdmResampling.Subjects).Select(place => data.Stimuli[place])]);
    }

    /// <summary>What was drawn; a pair of one stimulus drawn twice is missing.</summary>
    internal RdmSet Of(RdmSet data)
    {
        var drawn = data.Select(Subjects);
        return Stimuli.SequenceEqual(data.Stimuli) ? drawn : drawn.SelectStimuli(Stimuli);
    }
}
