namespace SnnNotebooks.Datasets.Images;

/// <summary>The numbers that a network is given for bytes of pixels: (byte / 255 - mean) / deviation, in float32.</summary>
internal static class PixelValues
{
    /// <summary>The number for each byte.</summary>
    public static float[] Table(float mean, float deviation)
    {
        var table = new float[256];
        for (var value = 0; value < table.Length; value++)
        {
            table[value] = ((value / 255f) - mean) / deviation;
        }

        return table;
    }

    /// <summary>Writes one channel of an image, row by row.</summary>
    public static void Fill(Span<float> target, RgbImage image, int channel, float[] table)
    {
        ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(channel);
        for (var (at, from) = (0, 0); at < target.Length; at++, from += RgbImage.Channels)
        {
            target[at] = table[pixels[from]];
        }
    }
}
