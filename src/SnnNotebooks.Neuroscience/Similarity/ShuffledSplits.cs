namespace SnnNotebooks.Similarity;

/// <summary>
/// Random splits number by number as scikit-learn's <c>ShuffleSplit</c> and <c>StratifiedShuffleSplit</c> draw them, given the number of
/// rows that are seen and <c>random_state</c>: what is not seen is held out, and each split is drawn anew.
/// </summary>
internal static class ShuffledSplits
{
    /// <summary>How many of the rows are seen, given <c>train_size</c>: a share of them, rounded down.</summary>
    public static int SeenOf(int rows, double share) => (int)Math.Floor(share * rows);

    /// <summary>Splits without regard to labels.</summary>
    public static IReadOnlyList<(int[] Seen, int[] Held)> Draw(int rows, int splits, int seen, uint seed)
    {
        var random = new NumpyRandom(seed);
        var held = rows - seen;
        var drawn = new List<(int[], int[])>();
        for (var split = 0; split < splits; split++)
        {
            var order = random.Permutation(rows);
            drawn.Add((order[held..], order[..held]));
        }

        return drawn;
    }

    /// <summary>Why rows cannot be split by their labels, or null where they can.</summary>
    public static string? Undefined(IReadOnlyList<string> labels, int seen)
    {
        var classes = Classes(labels);
        var fewest = Math.Min(seen, labels.Count - seen);
        return Array.Find(classes, members => members.Length < 2) is { } single
                ? $"the label '{labels[single[0]]}' belongs to one stimulus only, which cannot be both seen and held out"
            : fewest < classes.Length ? $"a side of a split has {fewest} stimuli, fewer than the {classes.Length} labels"
            : null;
    }

    /// <summary>Splits in which each label has its share on both sides, as near as whole numbers allow.</summary>
    public static IReadOnlyList<(int[] Seen, int[] Held)> Draw(IReadOnlyList<string> labels, int splits, int seen, uint seed)
    {
        var random = new NumpyRandom(seed);
        var classes = Classes(labels);
        var counts = Array.ConvertAll(classes, members => members.Length);
        var drawn = new List<(int[], int[])>();
        for (var split = 0; split < splits; split++)
        {
            var ofSeen = Shares(counts, seen, random);
            var ofHeld = Shares([.. counts.Zip(ofSeen, (count, taken) => count - taken)], labels.Count - seen, random);
            var (first, second) = (new List<int>(), new List<int>());
            for (var label = 0; label < classes.Length; label++)
            {
                var members = Array.ConvertAll(random.Permutation(counts[label]), place => classes[label][place]);
                first.AddRange(members[..ofSeen[label]]);
                second.AddRange(members[ofSeen[label]..(ofSeen[label] + ofHeld[label])]);
            }

            drawn.Add((Shuffled(first, random), Shuffled(second, random)));
        }

        return drawn;
    }

    /// <summary>The rows of each label, labels in ordinal order.</summary>
    private static int[][] Classes(IReadOnlyList<string> labels) =>
        [.. labels.Select((label, row) => (label, row))
            .GroupBy(at => at.label, at => at.row, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.ToArray())];

    /// <summary>
    /// The likeliest numbers of draws from each class; what rounding leaves over goes to the largest remainders, ties by lot.
    /// </summary>
    private static int[] Shares(int[] counts, int draws, NumpyRandom random)
    {
        double all = counts.Sum();
        var exact = Array.ConvertAll(counts, count => count / all * draws);
        var shares = Array.ConvertAll(exact, share => (int)Math.Floor(share));
        var left = draws - shares.Sum();
        var remainders = Enumerable.Range(0, counts.Length).GroupBy(label => exact[label] - Math.Floor(exact[label]));
        foreach (var tied in remainders.OrderByDescending(group => group.Key))
        {
            if (left == 0)
            {
                break;
            }

            int[] labels = [.. tied];
            var more = Math.Min(left, labels.Length);
            foreach (var place in random.Permutation(labels.Length)[..more])
            {
                shares[labels[place]]++;
            }

            left -= more;
        }

        return shares;
    }

    private static int[] Shuffled(List<int> rows, NumpyRandom random)
    {
        int[] shuffled = [.. rows];
        random.Shuffle(shuffled.AsSpan());
        return shuffled;
    }
}
