namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// A model on the way along candidates in their order, for example one feature with a parameter that is not known: between two neighbours
/// it is their mixture w, 1 - w. Its parameters are the weights of all candidates.
/// </summary>
/// <param name="name">As in tables.</param>
/// <param name="candidates">Two or more.</param>
public sealed class InterpolatedRdmModel(string name, RdmSet candidates) : RdmModel(name, candidates)
{
    private const double Golden = 0.618033988749894848;
    private const double Enough = 1e-9; // of w

    /// <inheritdoc/>
    public override RdmSet Predict(IReadOnlyList<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Sum([.. parameters.Select(weight => Math.Max(weight, 0))]);
    }

    /// <inheritdoc/>
    /// <remarks>By golden sections between each two neighbours.</remarks>
    public override IReadOnlyList<double> Fit(RdmSet data, RdmComparator comparator)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Candidates.Count < 2)
        {
            throw new ArgumentException($"{Name} has {Candidates.Count} candidate; there is nothing to interpolate between.");
        }

        double[] Mixture(int place, double w)
        {
            var weights = new double[Candidates.Count];
            (weights[place], weights[place + 1]) = (w, 1 - w);
            return weights;
        }

        return Enumerable.Range(0, Candidates.Count - 1)
            .Select(place => Mixture(place, Highest(w => Score(Mixture(place, w), data, comparator))))
            .MaxBy(weights => Score(weights, data, comparator))!;
    }

    private static double Highest(Func<double, double> score)
    {
        var (low, high) = (0.0, 1.0);
        var (left, right) = (1 - Golden, Golden);
        var (atLeft, atRight) = (score(left), score(right));
        while (high - low > Enough)
        {
            if (atLeft > atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (Golden * (high - low));
                atLeft = score(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (Golden * (high - low));
                atRight = score(right);
            }
        }

        return (low + high) / 2;
    }
}
