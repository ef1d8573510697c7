namespace SnnNotebooks.Deployment;

/// <summary>Sum or average pooling; padding counts as zeros.</summary>
internal sealed class PoolLayer(
    MapShape input, (int Down, int Across) kernel, (int Down, int Across) stride, (int Down, int Across) padding, bool average)
    : SpreadingLayer(new MapShape(
        input.Channels,
        ((input.Height + (2 * padding.Down) - kernel.Down) / stride.Down) + 1,
        ((input.Width + (2 * padding.Across) - kernel.Across) / stride.Across) + 1))
{
    public override long Step(ReadOnlySpan<int> places, ReadOnlySpan<float> amounts, Span<float> output)
    {
        output.Clear();
        for (var i = 0; i < places.Length; i++)
        {
            var (place, channel) = Math.DivRem(places[i], input.Channels);
            var (row, column) = Math.DivRem(place, input.Width);
            for (var down = 0; down < kernel.Down; down++)
            {
                var (y, offY) = Math.DivRem(row + padding.Down - down, stride.Down);
                for (var across = 0; across < kernel.Across && offY == 0 && (uint)y < (uint)Output.Height; across++)
                {
                    var (x, offX) = Math.DivRem(column + padding.Across - across, stride.Across);
                    if (offX == 0 && (uint)x < (uint)Output.Width)
                    {
                        output[(((y * Output.Width) + x) * input.Channels) + channel] += amounts[i];
                    }
                }
            }
        }

        if (average)
        {
            var size = (float)(kernel.Down * kernel.Across);
            for (var i = 0; i < output.Length; i++)
            {
                output[i] /= size;
            }
        }

        return 0;
    }
}
