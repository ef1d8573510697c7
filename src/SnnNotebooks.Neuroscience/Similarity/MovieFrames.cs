namespace SnnNotebooks.Similarity;

/// <summary>Orders and choices of a movie's frames, drawn as the published analyses draw them (arXiv:2306.01354, section 4).</summary>
public static class MovieFrames
{
    /// <summary>The seed of the published analyses of movies.</summary>
    public const uint Seed = 2023;

    /// <summary>Where clips start: distinct starts, in the order they were drawn.</summary>
    /// <param name="frames">Frames of the movie that are analysed (without the dropped first one).</param>
    /// <param name="length">Frames of a clip.</param>
    /// <param name="clips">Number of clips.</param>
    /// <param name="random">The draws; <c>new NumpyRandom(MovieFrames.Seed)</c> in the paper.</param>
    /// <returns>Numbers of frames, from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The movie has fewer than <paramref name="clips"/> starts for clips of that
    /// length.</exception>
    public static int[] ClipStarts(int frames, int length, int clips, NumpyRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clips, 1);
        var starts = frames - length + 1;
        return clips <= starts
            ? random.Permutation(starts)[..clips]
            : throw new ArgumentOutOfRangeException(
                nameof(clips), clips, $"{frames} frames have {Math.Max(starts, 0)} different clips of {length} frames.");
    }

    /// <summary>An order in which frames are shuffled inside windows that follow each other; the last window may be shorter.</summary>
    /// <param name="frames">Frames of the movie.</param>
    /// <param name="window">Frames of a window; 1 changes nothing.</param>
    /// <param name="random">The draws.</param>
    /// <returns>Which frame is shown at each place.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is below 1.</exception>
    public static int[] ShuffleInWindows(int frames, int window, NumpyRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        int[] order = [.. Enumerable.Range(0, frames)];
        for (var start = 0; start < frames; start += window)
        {
            random.Shuffle(order.AsSpan(start, Math.Min(window, frames - start)));
        }

        return order;
    }

    /// <summary>One frame of each window, which another picture is to replace; beyond the end it is the last frame.</summary>
    /// <param name="frames">Frames of the movie.</param>
    /// <param name="window">Frames of a window; 1 / window of the frames are replaced.</param>
    /// <param name="random">The draws.</param>
    /// <returns>Numbers of frames, from 0, window by window.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is below 1.</exception>
    public static int[] OnePerWindow(int frames, int window, NumpyRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        return [.. Enumerable.Range(0, (frames + window - 1) / window)
            .Select(part => Math.Min(random.Integer(window) + (part * window), frames - 1))];
    }

    /// <summary>
    /// The level of chaos of an order: 1 - Spearman's correlation with the original one; 0 where nothing moved, about 1 where nothing is
    /// left.
    /// </summary>
    /// <param name="order">Which frame is shown at each place.</param>
    /// <returns>In [0, 2].</returns>
    public static double Chaos(IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        double[] shown = [.. order.Select(frame => (double)frame)];
        double[] places = [.. Enumerable.Range(0, order.Count).Select(place => (double)place)];
        return 1 - RankCorrelation.Spearman(shown, places);
    }
}
