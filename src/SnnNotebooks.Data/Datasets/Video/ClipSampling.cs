namespace SnnNotebooks.Datasets.Video;

/// <summary>Which frames of a video make a clip, by the rules of the papers. Every rule gives frame numbers within the video.</summary>
public static class ClipSampling
{
    /// <summary>
    /// A training clip of SVFormer (SlowFast's rule): a stretch at a drawn place, as long as its frames at the target rate take, its frames
    /// spread evenly.
    /// </summary>
    /// <param name="frames">Frames of the video.</param>
    /// <param name="rate">Its frames per second.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <param name="count">Frames of the clip.</param>
    /// <param name="stride">Frames from one to the next, at the target rate.</param>
    /// <param name="targetRate">Frames per second that the stride counts in.</param>
    /// <returns>Numbers of frames, from 0, in order.</returns>
    public static IReadOnlyList<int> Strided(int frames, double rate, Random random, int count = 16, int stride = 4, double targetRate = 30)
    {
        ArgumentNullException.ThrowIfNull(random);
        var length = Length(frames, rate, count, stride, targetRate);
        return Spread(frames, random.NextDouble() * Math.Max(frames - length, 0), length, count);
    }

    /// <summary>One of several test clips of SVFormer, spread over the video: clip i of n starts at i/n of the room that is left.</summary>
    /// <param name="frames">Frames of the video.</param>
    /// <param name="rate">Its frames per second.</param>
    /// <param name="clip">Which clip, from 0.</param>
    /// <param name="clips">How many there are; SVFormer scores 5, with 3 crops each.</param>
    /// <param name="count">Frames of the clip.</param>
    /// <param name="stride">Frames from one to the next, at the target rate.</param>
    /// <param name="targetRate">Frames per second that the stride counts in.</param>
    /// <returns>Numbers of frames, from 0, in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clip"/> is negative or is not below <paramref
    /// name="clips"/>.</exception>
    public static IReadOnlyList<int> View(
        int frames, double rate, int clip, int clips = 5, int count = 16, int stride = 4, double targetRate = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clip);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(clip, clips);
        var length = Length(frames, rate, count, stride, targetRate);
        return Spread(frames, Math.Max(frames - length, 0) * clip / clips, length, count);
    }

    /// <summary>
    /// The clips of the movie paper: runs of consecutive frames, one after another; a rest that is too short is left out.
    /// </summary>
    /// <param name="frames">Frames of the video.</param>
    /// <param name="count">Frames of a clip.</param>
    /// <param name="step">Frames from one clip's start to the next.</param>
    /// <returns>For each clip the numbers of its frames, from 0.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Consecutive(int frames, int count = 16, int step = 16)
    {
        Check(frames, count, step);
        return [.. Enumerable.Range(0, frames < count ? 0 : ((frames - count) / step) + 1)
            .Select(clip => (IReadOnlyList<int>)[.. Enumerable.Range(clip * step, count)])];
    }

    /// <summary>The movie paper's "continuous" set: one run of consecutive frames at a drawn place.</summary>
    /// <param name="frames">Frames of the video, more than <paramref name="count"/>: the paper drops shorter ones.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <param name="count">Frames of the clip.</param>
    /// <returns>Numbers of frames, from 0, in order.</returns>
    /// <exception cref="ArgumentException">The video is too short.</exception>
    public static IReadOnlyList<int> Window(int frames, Random random, int count = 16)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckLonger(frames, count);
        return [.. Enumerable.Range(random.Next(frames - count + 1), count)];
    }

    /// <summary>The movie paper's "discontinuous" set: frames drawn without replacement, in no order.</summary>
    /// <param name="frames">Frames of the video, more than <paramref name="count"/>: the paper drops shorter ones.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <param name="count">Frames of the clip.</param>
    /// <returns>Numbers of frames, from 0, in the order drawn.</returns>
    /// <exception cref="ArgumentException">The video is too short.</exception>
    public static IReadOnlyList<int> Scattered(int frames, Random random, int count = 16)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckLonger(frames, count);
        var order = Enumerable.Range(0, frames).ToArray();
        random.Shuffle(order);
        return order[..count];
    }

    /// <summary>Where one of three square crops starts that lie side by side along the longer side of a frame.</summary>
    /// <param name="width">Columns of the frame.</param>
    /// <param name="height">Rows of the frame.</param>
    /// <param name="size">Rows and columns of the crop, at most the shorter side.</param>
    /// <param name="crop">0, 1 (the middle) or 2.</param>
    /// <returns>The first column and row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such crop, or it is larger than the frame.</exception>
    public static (int Left, int Top) Crop(int width, int height, int size, int crop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(crop);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(crop, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Math.Min(width, height));
        var (left, top) = ((int)Math.Ceiling((width - size) / 2.0), (int)Math.Ceiling((height - size) / 2.0));
        return width >= height
            ? (crop == 1 ? left : crop * (width - size) / 2, top)
            : (left, crop == 1 ? top : crop * (height - size) / 2);
    }

    private static double Length(int frames, double rate, int count, int stride, double targetRate)
    {
        Check(frames, count, stride);
        if (!(rate > 0) || !(targetRate > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, $"A rate is above 0 frames per second; the target rate is {targetRate}.");
        }

        return count * stride * rate / targetRate;
    }

    private static int[] Spread(int frames, double start, double length, int count) =>
        [.. Enumerable.Range(0, count)
            .Select(i => (int)Math.Clamp(start + (count == 1 ? 0 : (length - 1) * i / (count - 1)), 0, frames - 1))];

    private static void Check(int frames, int count, int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
    }

    private static void CheckLonger(int frames, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (frames <= count)
        {
            throw new ArgumentException(
                $"A video of {frames} frames gives no clip of {count} by this rule; it takes more.", nameof(frames));
        }
    }
}
