using SnnNotebooks.Memristive;

namespace SnnNotebooks.Tests.Memristive;

/// <summary>Small made-up data.</summary>
internal static class Samples
{
    /// <summary>Noise with labels at random, a third of the pixels black and some white.</summary>
    public static VectorDataset Random(int count, int height, int width, int classes, int seed, int channels = 1)
    {
        var chance = new Random(seed);
        var values = Enumerable.Range(0, count * height * width * channels)
            .Select(_ => Math.Clamp((chance.NextSingle() * 1.6f) - 0.5f, 0, 1)).ToArray();
        return new VectorDataset(
            values, [.. Enumerable.Range(0, count).Select(_ => chance.Next(classes))], height, width, channels, classes);
    }

    /// <summary>Two classes that a stripe tells apart: the left or the right half is bright.</summary>
    public static VectorDataset Halves(int count, int seed)
    {
        var chance = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => chance.Next(2))];
        var values = new float[count * 64];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i % 8 < 4) == (labels[i / 64] == 0) ? 0.4f + (0.6f * chance.NextSingle()) : 0.3f * chance.NextSingle();
        }

        return new VectorDataset(values, labels, 8, 8, 1, 2);
    }
}
