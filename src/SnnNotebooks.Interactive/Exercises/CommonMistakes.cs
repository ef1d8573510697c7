namespace SnnNotebooks.Interactive.Exercises;

/// <summary>Mistakes of every exercise with numbers: told by what turns the truth into the answer.</summary>
internal static class CommonMistakes
{
    private static readonly (string Message, Func<Quantity, Quantity> Mistaken)[] Changes =
    [
        ("The sign is the other way round.", truth => truth.Map(value => -value)),
        ("It is 1000 times too large: a unit with milli- (ms, mV, mJ) for the unit itself?", truth => truth.Map(value => value * 1e3)),
        ("It is 1000 times too small: the unit itself for one with milli- (ms, mV, mJ)?", truth => truth.Map(value => value / 1e3)),
        ("It is 100 times too large: percent for a share?", truth => truth.Map(value => value * 100)),
        ("It is 100 times too small: a share for percent?", truth => truth.Map(value => value / 100)),
        ("Degrees for radians.", truth => truth.Map(value => value * 180 / Math.PI)),
        ("Radians for degrees.", truth => truth.Map(value => value * Math.PI / 180)),
        ("It is too large by 2 pi: radians for whole turns?", truth => truth.Map(value => value * 2 * Math.PI)),
        ("It is too small by 2 pi: whole turns for radians?", truth => truth.Map(value => value / (2 * Math.PI))),
        ("It is the reciprocal: one divided by it is right.", truth => truth.Map(value => 1 / value)),
        ("It is one too large: what is counted first, 0 or 1?", truth => IsWhole(truth) ? truth.Map(value => value + 1) : truth),
        ("It is one too small: what is counted first, 0 or 1?", truth => IsWhole(truth) ? truth.Map(value => value - 1) : truth),
        ("The order is reversed.", truth => truth with { Values = [.. truth.Values.Reverse()] }),
        ("Rows and columns are exchanged.", Transposed),
    ];

    /// <summary>What all answers have in common that is wrong with them, or null.</summary>
    public static string? Find(IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths, double tolerance)
    {
        bool All(Func<Quantity, Quantity, bool> match) => answers.Zip(truths, match).All(same => same);
        foreach (var (message, mistaken) in Changes)
        {
            if (All((answer, truth) => answer.IsNear(mistaken(truth), tolerance)))
            {
                return message;
            }
        }

        return All((answer, truth) => IsShifted(answer, truth, tolerance)) ? "It is right, but one step late."
            : All((answer, truth) => IsShifted(truth, answer, tolerance)) ? "It is right, but one step early."
            : null;
    }

    private static bool IsWhole(Quantity quantity) => quantity.IsNumber && double.IsInteger(quantity.Values[0]);

    // [n] only; the number at the end that has no partner does not count
    private static bool IsShifted(Quantity late, Quantity early, double tolerance) =>
        late.Shape.Count == 1 && late.IsShapedLike(early) && late.Values.Count > 2
        && Quantity.FromArray([.. late.Values.Skip(1)]).IsNear(Quantity.FromArray([.. early.Values.SkipLast(1)]), tolerance);

    private static Quantity Transposed(Quantity truth)
    {
        if (truth.Shape.Count != 2)
        {
            return truth;
        }

        var (rows, columns) = ((int)truth.Shape[0], (int)truth.Shape[1]);
        return new([columns, rows], [.. Enumerable.Range(0, rows * columns).Select(i => truth.Values[(i % rows * columns) + (i / rows)])]);
    }
}
