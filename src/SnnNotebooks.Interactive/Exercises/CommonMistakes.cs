namespace SnnNotebooks.Interactive.Exercises;

/// <summary>Mistakes of every exercise with numbers: told by what turns the truth into the answer.</summary>
internal static class CommonMistakes
{
    private const int Several = 3; // truths that differ: one number alone is the square, or twice, of many a wrong one

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

    private static readonly (string Message, Func<Quantity, Quantity> Mistaken)[] ChangesOfSeveral =
    [
        ("It is cut off to a whole number. Of two whole numbers C# takes the whole part: 7 / 2 is 3, and 7 / 2.0 is 3.5.",
            truth => truth.Map(Math.Truncate)),
        ("It is rounded to a whole number; all digits are asked for.", truth => truth.Map(Math.Round)),
        ("It is rounded up to a whole number; all digits are asked for.", truth => truth.Map(Math.Ceiling)),
        ("It is one minus what is asked for: the other part.", truth => truth.Map(value => 1 - value)),
        ("It is the square of what is asked for: a root is missing (a variance for a deviation?).",
            truth => truth.Map(value => value * value)),
        ("It is the root of what is asked for: a square is missing (a deviation for a variance?).", truth => truth.Map(Math.Sqrt)),
        ("These add up from the beginning; each by itself is asked for.", Added),
    ];

    /// <summary>What all answers have in common that is wrong with them, or null.</summary>
    /// <param name="given">The arguments of each answer.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="truths">What is right.</param>
    /// <param name="tolerance">How near an answer must be.</param>
    public static string? Find(
        IReadOnlyList<IReadOnlyList<Quantity>> given, IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths, double tolerance)
    {
        bool All(Func<Quantity, Quantity, bool> match) => answers.Zip(truths, match).All(same => same);
        string? Changed((string Message, Func<Quantity, Quantity> Mistaken)[] changes) => changes.FirstOrDefault(
            change => All((answer, truth) => answer.IsNear(change.Mistaken(truth), tolerance))).Message;
        return Changed(Changes)
            ?? (All((answer, truth) => IsShifted(answer, truth, tolerance)) ? "It is right, but one step late."
            : All((answer, truth) => IsShifted(truth, answer, tolerance)) ? "It is right, but one step early."
            : truths.SelectMany(truth => truth.Values).Distinct().Count() < Several ? null
            : (!answers.All(answer => answer.Values.All(double.IsFinite)) ? null
                : Changed(ChangesOfSeveral)
                    ?? Averaged(given, answers, truths, tolerance)
                    ?? Steady(answers, truths, tolerance))
                ?? Part(answers, truths, tolerance));
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

    private static Quantity Added(Quantity truth)
    {
        var sum = 0.0;
        return truth.Shape.Count == 1 ? truth.Map(value => sum += value) : truth;
    }

    // a mean for a sum, or the other way round: as many times too small as one of the arrays is long
    private static string? Averaged(
        IReadOnlyList<IReadOnlyList<Quantity>> given, IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths, double tolerance)
    {
        for (var i = 0; i < given[0].Count; i++)
        {
            bool All(Func<double, double, double> change) => given[0][i].Values.Count > 1 && Enumerable.Range(0, given.Count).All(j =>
                answers[j].IsNear(truths[j].Map(value => change(value, given[j][i].Values.Count)), tolerance));
            if (All((value, count) => value / count))
            {
                return "It is a mean; a sum is asked for.";
            }

            if (All((value, count) => value * count))
            {
                return "It is a sum; a mean is asked for.";
            }
        }

        return null;
    }

    // always so many times too large, or always too large by so much
    private static string? Steady(IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths, double tolerance)
    {
        if (answers.Zip(truths).Any(pair => !pair.First.IsShapedLike(pair.Second)))
        {
            return null;
        }

        var pairs = answers.Zip(truths).SelectMany(pair => pair.First.Values.Zip(pair.Second.Values)).ToArray();
        var (answer, truth) = pairs.MaxBy(pair => Math.Abs(pair.Second));
        bool All(Func<double, double> back) =>
            answers.Zip(truths, (own, right) => own.Map(back).IsNear(right, tolerance)).All(same => same);
        return answer != 0 && All(value => value * (truth / answer))
            ? "It is right but for a factor that is always the same: a number, a unit or a count is missing, or one too many is there."
            : All(value => value - (answer - truth))
            ? "It is right but for a number that is always the same: it was added, or left out."
            : null;
    }

    // of two or three numbers some are right, whatever the inputs
    private static string? Part(IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths, double tolerance)
    {
        string[] places = ["first", "second", "third"];
        if (answers.Concat(truths).Any(quantity => quantity.Shape.Count != 1 || quantity.Values.Count != truths[0].Values.Count)
            || truths[0].Values.Count is < 2 or > 3)
        {
            return null;
        }

        var right = Enumerable.Range(0, truths[0].Values.Count).ToLookup(i =>
            answers.Zip(truths, (answer, truth) => ((Quantity)answer.Values[i]).IsNear(truth.Values[i], tolerance)).All(near => near));
        string Named(bool which) => string.Join(" and the ", right[which].Select(i => places[i]));
        return right[true].Any() ? $"The {Named(true)} number is right; the {Named(false)} is not yet." : null;
    }
}
