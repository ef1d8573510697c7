using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What kind of numbers an array holds. It is looked at a piece at a time: no second copy of a long recording is made.</summary>
/// <param name="Negative">Whether some lie below 0.</param>
/// <param name="Fractions">Whether some finite ones are no whole numbers.</param>
/// <param name="Finite">Whether all are finite.</param>
internal readonly record struct ArrayNumbers(bool Negative, bool Fractions, bool Finite)
{
    private const long AtOnce = 1 << 21;

    /// <summary>
    /// Whether they can be nothing but continuous traces, such as dF/F. Whole numbers below 0 alone may be marks of what is missing.
    /// </summary>
    public bool AreTraces => Negative && Fractions;

    /// <summary>Looks at them.</summary>
    /// <param name="values">Of any shape.</param>
    public static ArrayNumbers Of(Tensor values)
    {
        var found = new ArrayNumbers(Negative: false, Fractions: false, Finite: true);
        using var scope = NewDisposeScope();
        var flat = values.reshape(-1);
        for (var first = 0L; first < flat.shape[0]; first += AtOnce)
        {
            using var round = NewDisposeScope();
            var part = flat.narrow(0, first, Math.Min(AtOnce, flat.shape[0] - first));
            var finite = part.isfinite();
            found = new ArrayNumbers(
                found.Negative || part.lt(0).any().ToBoolean(),
                found.Fractions || part.ne(part.round()).logical_and(finite).any().ToBoolean(),
                found.Finite && finite.all().ToBoolean());
        }

        return found;
    }
}
