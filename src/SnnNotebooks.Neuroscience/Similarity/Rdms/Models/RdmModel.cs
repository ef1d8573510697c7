namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// A hypothesis about dissimilarities: fixed, or with parameters that are fitted to data (rsatoolbox's models). A model knows all stimuli;
/// data of some of them, drawn by <see cref="RdmSet.SelectStimuli"/>, is met with the same ones.
/// </summary>
public abstract class RdmModel
{
    /// <summary>Names the model.</summary>
    /// <param name="name">As in tables.</param>
    /// <param name="candidates">The matrices it is made of, of all stimuli.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    protected RdmModel(string name, RdmSet candidates)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(candidates);
        (Name, Candidates) = (name, candidates);
    }

    /// <summary>As in tables.</summary>
    public string Name { get; }

    /// <summary>The matrices it is made of.</summary>
    public RdmSet Candidates { get; }

    /// <summary>Whether it has nothing to fit.</summary>
    public virtual bool IsFixed => false;

    /// <summary>The prediction for all stimuli.</summary>
    /// <param name="parameters">Of <see cref="Fit"/>.</param>
    /// <returns>One matrix.</returns>
    /// <exception cref="ArgumentException">There are more or fewer than the model has.</exception>
    public abstract RdmSet Predict(IReadOnlyList<double> parameters);

    /// <summary>The parameters under which the mean comparison with the data is best.</summary>
    /// <param name="data">Matrices of all or some of the stimuli.</param>
    /// <param name="comparator">How they are compared.</param>
    /// <returns>As many numbers as the model has parameters.</returns>
    /// <exception cref="ArgumentException">The data does not fit the model's stimuli, or the comparator is not one the fit
    /// knows.</exception>
    public abstract IReadOnlyList<double> Fit(RdmSet data, RdmComparator comparator);

    /// <summary>The prediction for the stimuli of some data.</summary>
    internal RdmSet PredictFor(RdmSet data, IReadOnlyList<double> parameters) => For(data, Predict(parameters));

    /// <summary>What a set of all stimuli holds of those of some data.</summary>
    internal static RdmSet For(RdmSet data, RdmSet whole)
    {
        if (data.Stimuli[^1] >= whole.StimulusCount)
        {
            throw new ArgumentException(
                $"The data has stimulus {data.Stimuli[^1]} (from 0), the model knows {whole.StimulusCount}: both must be of the "
                + "same stimuli.");
        }

        return data.Stimuli.SequenceEqual(whole.Stimuli) ? whole : whole.SelectStimuli(data.Stimuli);
    }

    /// <summary>A weighted sum of the candidates.</summary>
    private protected RdmSet Sum(IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Count == Candidates.Count
            ? Candidates.Pooled([.. Enumerable.Range(0, Candidates.PairCount)
                .Select(pair => Enumerable.Range(0, weights.Count).Sum(row => weights[row] * Candidates[row][pair]))])
            : throw new ArgumentException($"{Name} has {Candidates.Count} parameters; {weights.Count} are given.", nameof(weights));
    }

    private protected double Score(IReadOnlyList<double> parameters, RdmSet data, RdmComparator comparator) =>
        RdmComparison.Mean(PredictFor(data, parameters), data, comparator);
}
