namespace SnnNotebooks.Deployment;

/// <summary>
/// A convolution in which each input that is not zero adds the kernel to the places it reaches. Weights are rows [input channel, down,
/// across from the last to the first].
/// </summary>
internal sealed class ConvolutionLayer(
    MapShape input,
    WeightRows weights,
    float[] bias,
    (int Down, int Across) kernel,
    (int Down, int Across) stride,
    (int Down, int Across) padding,
    (int Down, int Across) dilation)
    : SpreadingLayer(new MapShape(
        bias.Length,
        ((input.Height + (2 * padding.Down) - (dilation.Down * (kernel.Down - 1)) - 1) / stride.Down) + 1,
        ((input.Width + (2 * padding.Across) - (dilation.Across * (kernel.Across - 1)) - 1) / stride.Across) + 1))
{
    private readonly bool adjoining = stride.Across == 1 && dilation.Across == 1;

    public override long WeightBytes => weights.Bytes + (bias.LongLength * sizeof(float));

    public override long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, Span<float> output)
    {
        output.Clear();
        var added = 0L;
        for (var i = 0; i < places.Length; i++)
        {
            var (place, channel) = Math.DivRem(places[i], input.Channels);
            var (row, column) = Math.DivRem(place, input.Width);
            for (var down = 0; down < kernel.Down; down++)
            {
                var (y, offY) = Math.DivRem(row + padding.Down - (down * dilation.Down), stride.Down);
                if (offY != 0 || (uint)y >= (uint)Output.Height)
                {
                    continue;
                }

                // stride and dilation 1: the taps that fall inside are neighbours, in the weights and in the output
                if (adjoining)
                {
                    var first = column + padding.Across - (kernel.Across - 1);
                    var (from, to) = (Math.Max(0, -first), Math.Min(kernel.Across, Output.Width - first));
                    if (from < to)
                    {
                        added += Add(channel, down, from, to - from, amounts[i], y, first + from, output);
                    }

                    continue;
                }

                for (var across = 0; across < kernel.Across; across++)
                {
                    var (x, offX) = Math.DivRem(column + padding.Across - (across * dilation.Across), stride.Across);
                    if (offX == 0 && (uint)x < (uint)Output.Width)
                    {
                        added += Add(channel, down, kernel.Across - 1 - across, 1, amounts[i], y, x, output);
                    }
                }
            }
        }

        weights.Finish(output, bias);
        return added;
    }

    /// <summary>Adds neighbouring taps of a row of the kernel, the last tap first, to neighbouring places of a row.</summary>
    private long Add(int channel, int down, int tap, int taps, float amount, int y, int x, Span<float> output)
    {
        var columns = weights.Columns;
        weights.AddRows(
            (((channel * kernel.Down) + down) * kernel.Across) + tap, taps, amount,
            output.Slice(((y * Output.Width) + x) * columns, taps * columns));
        return (long)taps * columns;
    }
}
