using SnnNotebooks.Datasets.Images;
using static TorchSharp.torch;

namespace SnnNotebooks.Memristive;

/// <summary>Labelled images as rows of floats, height, width, channel: what a crossbar sees.</summary>
public sealed class VectorDataset
{
    private readonly float[] values;
    private readonly int[] labels;

    /// <summary>Takes over rows and labels.</summary>
    /// <param name="values">Row after row, each height * width * channels numbers in [0, 1].</param>
    /// <param name="labels">A class for each row, from 0.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="channels">Numbers of a pixel.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a value is out of [0, 1], or a label is no class.</exception>
    public VectorDataset(float[] values, int[] labels, int height, int width, int channels, int classes)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        if (height < 1 || width < 1 || channels < 1 || values.Length != (long)labels.Length * height * width * channels)
        {
            throw new ArgumentException(
                $"{values.Length} values are not {labels.Length} rows of {height} x {width} x {channels}.", nameof(values));
        }

        if (Array.FindIndex(values, value => !(value >= 0 && value <= 1)) is >= 0 and var place)
        {
            throw new ArgumentException($"Value {place} is {values[place]}; pixels lie in [0, 1].", nameof(values));
        }

        if (Array.FindIndex(labels, label => label < 0 || label >= classes) is >= 0 and var wrong)
        {
            throw new ArgumentException($"Label {wrong} is {labels[wrong]}; there are classes 0 to {classes - 1}.", nameof(labels));
        }

        (this.values, this.labels, Height, Width, Channels, Classes) = (values, labels, height, width, channels, classes);
    }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Numbers of a pixel.</summary>
    public int Channels { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>Numbers of a row.</summary>
    public int Features => Height * Width * Channels;

    /// <summary>How many rows there are.</summary>
    public int Count => labels.Length;

    /// <summary>Copies images; pixels must lie in [0, 1].</summary>
    /// <param name="images">Images [N, C, H, W] and labels.</param>
    /// <returns>Rows [N, H * W * C], channels fastest, and their labels.</returns>
    public static VectorDataset From(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var rows = images.Images.permute(0, 2, 3, 1).contiguous().cpu();
        var classes = images.Labels.to(ScalarType.Int32).cpu();
        return new VectorDataset(rows.Numbers<float>(), classes.Numbers<int>(), (int)images.Images.shape[2], (int)images.Images.shape[3],
            (int)images.Images.shape[1], images.ClassNames.Count);
    }

    /// <summary>The values of one sample.</summary>
    /// <param name="sample">From 0.</param>
    /// <returns>A view of the data, as many values as a sample has.</returns>
    public ReadOnlySpan<float> Row(int sample) => values.AsSpan(sample * Features, Features);

    /// <summary>The class of one sample.</summary>
    /// <param name="sample">From 0.</param>
    /// <returns>From 0.</returns>
    public int Label(int sample) => labels[sample];

    /// <summary>Some neighbouring samples.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>A new set with copies of these samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public VectorDataset Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Samples {start} to {start + count - 1} were asked for; there are {Count}.");
        }

        return new VectorDataset(
            values[(start * Features)..((start + count) * Features)], labels[start..(start + count)], Height, Width, Channels, Classes);
    }

    /// <summary>Holds the last samples out: variants are chosen on them, never on the test set.</summary>
    /// <param name="heldOut">How many.</param>
    /// <returns>Copies of what stands before, and of the samples held out.</returns>
    public (VectorDataset Train, VectorDataset HeldOut) Split(int heldOut) => (Slice(0, Count - heldOut), Slice(Count - heldOut, heldOut));
}
