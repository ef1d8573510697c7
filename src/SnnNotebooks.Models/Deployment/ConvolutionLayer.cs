namespace SnnNotebooks.Deployment;

/// <summary>A convolution in which each input that is not zero adds the kernel to the places it reaches.</summary>
internal sealed class ConvolutionLayer(
    MapShape input,
    WeightRows weights,
    float[] bias,
    (int Down, int Across) kernel,
    (int Down, int Across) stride,
    (int Down, int Across) padding,
    (int Down, int Across) dilation)
    : EventLayer(new MapShape(
        bias.Length,
        ((input.Height + (2 * padding.Down) - (dilation.Down * (kernel.Down - 1)) - 1) / stride.Down) + 1,
        ((input.Width + (2 * padding.Across) - (dilation.Across * (kernel.Across - 1)) - 1) / stride.Across) + 1))
{
    public override long WeightBytes => weights.Bytes + (bias.LongLength * sizeof(float));

    public override long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, float[] output)
    {
        Array.Clear(output);
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

                for (var across = 0; across < kernel.Across; across++)
                {
                    var (x, offX) = Math.DivRem(column + padding.Across - (across * dilation.Across), stride.Across);
                    if (offX == 0 && (uint)x < (uint)Output.Width)
                    {
                        var tap = (((channel * kernel.Down) + down) * kernel.Across) + across;
                        weights.AddRow(tap, amounts[i], output.AsSpan(((y * Output.Width) + x) * weights.Columns, weights.Columns));
                        added += weights.Columns;
                    }
                }
            }
        }

        weights.Finish(output, bias);
        return added;
    }
}
