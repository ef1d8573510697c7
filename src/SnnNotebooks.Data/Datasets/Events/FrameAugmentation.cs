using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Augmentations of event frames, [T, 2, H, W] or any tensor whose last axes are rows and columns; all frames of a sample are changed
/// alike. Counts are moved, never blended: places between pixels take the nearest. Results are new tensors; the caller disposes them.
/// </summary>
public static class FrameAugmentation
{
    /// <summary>Left and right exchanged.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor Flip(Tensor frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return frames.flip(-1);
    }

    /// <summary>Shifted; what leaves on one side comes in on the other.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels downwards.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor Roll(Tensor frames, int right, int down)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return frames.roll([down, right], [-2, -1]);
    }

    /// <summary>Shifted; zeros come in.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels downwards.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor Translate(Tensor frames, double right, double down) => Map(frames, (x, y) => (x - right, y - down));

    /// <summary>Turned about the middle; zeros come in.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="degrees">Clockwise as seen, where rows go down.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor Rotate(Tensor frames, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        return Map(frames, (x, y) => ((x * cosine) + (y * sine), (y * cosine) - (x * sine)));
    }

    /// <summary>Rows shifted in proportion to their distance from the middle; zeros come in.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="radians">The angle that upright lines lean by.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor ShearColumns(Tensor frames, double radians)
    {
        var slope = Math.Tan(radians);
        return Map(frames, (x, y) => (x - (slope * y), y));
    }

    /// <summary>A square of zeros; what lies outside the frame is cut off.</summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="side">Its rows and columns.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor Cutout(Tensor frames, int left, int top, int side)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var result = frames.clone();
        var (rows, columns) = (frames.shape[^2], frames.shape[^1]);
        var (firstRow, lastRow) = (Math.Clamp(top, 0, rows), Math.Clamp((long)top + side, 0, rows));
        var (firstColumn, lastColumn) = (Math.Clamp(left, 0, columns), Math.Clamp((long)left + side, 0, columns));
        using var box = result[TensorIndex.Ellipsis, TensorIndex.Slice(firstRow, lastRow), TensorIndex.Slice(firstColumn, lastColumn)];
        box.zero_();
        return result;
    }

    /// <summary>Some of the frames, drawn, in their order (SpikingJelly's RandomTemporalDelete).</summary>
    /// <param name="frames">[T, ...].</param>
    /// <param name="kept">How many stay, 1 to T.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <returns>[<paramref name="kept"/>, ...].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kept"/> is below 1 or above T.</exception>
    public static Tensor DeleteFrames(Tensor frames, int kept, Random random)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kept, frames.shape[0]);
        var order = Enumerable.Range(0, (int)frames.shape[0]).Select(frame => (long)frame).ToArray();
        random.Shuffle(order);
        using var rows = tensor(order[..kept].Order().ToArray());
        return frames.index_select(0, rows);
    }

    /// <summary>
    /// The augmentation of Spikformer and its successors (SNNAugmentWide): flipped with probability 0.5, then one of nothing, shear, shift
    /// along columns or rows, turn and cutout, its strength one of 31 steps, its direction drawn.
    /// </summary>
    /// <param name="frames">[..., H, W].</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>New frames of the same shape.</returns>
    public static Tensor SpikingWide(Tensor frames, Random random)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(random);
        using var scope = NewDisposeScope();
        var start = random.NextDouble() < 0.5 ? Flip(frames) : frames.alias();
        var operation = random.Next(6);
        var strength = random.Next(31) / 30.0 * (random.Next(2) == 0 ? -1 : 1);
        var (rows, columns) = ((int)frames.shape[^2], (int)frames.shape[^1]);
        var side = (int)Math.Round(Math.Sqrt((0.001 + (0.109 * random.NextDouble())) * rows * columns));
        var result = operation switch
        {
            0 => start.clone(),
            1 => ShearColumns(start, 0.3 * strength),
            2 => Translate(start, Math.Truncate(5 * strength), 0),
            3 => Translate(start, 0, Math.Truncate(5 * strength)),
            4 => Rotate(start, 30 * strength),
            _ => Cutout(start, random.Next(Math.Max(columns - side, 0) + 1), random.Next(Math.Max(rows - side, 0) + 1), side),
        };
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Takes each pixel from the nearest to where a map, about the middle of the frame, leads.</summary>
    private static Tensor Map(Tensor frames, Func<double, double, (double X, double Y)> source)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var scope = NewDisposeScope();
        var (rows, columns) = ((int)frames.shape[^2], (int)frames.shape[^1]);
        var (middleX, middleY) = ((columns - 1) / 2.0, (rows - 1) / 2.0);
        var places = new long[rows * columns];
        for (var place = 0; place < places.Length; place++)
        {
            var (x, y) = source((place % columns) - middleX, (place / columns) - middleY);
            var (column, row) = ((int)Math.Round(x + middleX), (int)Math.Round(y + middleY));
            places[place] = column >= 0 && column < columns && row >= 0 && row < rows ? (row * columns) + column : places.Length;
        }

        // one more place holds the zero that comes in
        var flat = nn.functional.pad(frames.flatten(-2, -1), [0, 1]);
        return flat.index_select(-1, tensor(places)).reshape(frames.shape).MoveToOuterDisposeScope();
    }
}
