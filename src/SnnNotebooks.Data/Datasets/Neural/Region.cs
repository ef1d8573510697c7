using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Units of one region.</summary>
public static class Region
{
    /// <summary>A session's units in a region, its layers included.</summary>
    /// <param name="session">The session.</param>
    /// <param name="area">The region, such as <c>VISp</c>.</param>
    /// <returns>The units, in the session's order.</returns>
    /// <exception cref="DatasetException">There is none; the message lists the regions there are.</exception>
    public static IReadOnlyList<NeuralUnit> Of(NeuralSession session, string area)
    {
        ArgumentNullException.ThrowIfNull(session);
        var units = session.Units.Where(unit => unit.IsIn(area)).ToArray();
        if (units.Length > 0)
        {
            return units;
        }

        var known = session.Units.Select(unit => unit.Area).OfType<string>().Distinct().Order(StringComparer.Ordinal).Take(20).ToArray();
        throw new DatasetException(
            $"Session {session.Id} has no unit in {area}; its {session.Units.Count} units are in "
            + $"{(known.Length == 0 ? "no named region" : string.Join(", ", known))}.");
    }

    /// <summary>Pools neurons of several sessions or animals that saw the same stimuli into one pseudo-population.</summary>
    /// <param name="responses">Tensors [.., N] alike but for the last axis; not disposed.</param>
    /// <returns>[.., sum of N]; the caller disposes it.</returns>
    /// <exception cref="DatasetException">There is none, or the stimuli differ.</exception>
    public static Tensor Pool(IReadOnlyList<Tensor> responses)
    {
        ArgumentNullException.ThrowIfNull(responses);
        if (responses.Count == 0)
        {
            throw new DatasetException("There are no responses to pool; expected those of at least one session.");
        }

        var stimuli = responses[0].shape.AsSpan(..^1);
        foreach (var other in responses)
        {
            if (!other.shape.AsSpan(..^1).SequenceEqual(stimuli))
            {
                throw new DatasetException(
                    $"Responses of shapes [{string.Join(", ", responses[0].shape)}] and [{string.Join(", ", other.shape)}] cannot be "
                    + "pooled: all axes but the last must agree.");
            }
        }

        return cat([.. responses], -1);
    }
}
