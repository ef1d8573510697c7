namespace SnnNotebooks.Layers.Spikes;

/// <summary>Sizes of packed maps and of the convolution over them; a dense layer is one of 1 x 1 over maps of one pixel.</summary>
/// <param name="Count">N.</param>
/// <param name="Channels">C, a multiple of 8.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Kernel">Its height and width.</param>
/// <param name="Stride">Steps of the kernel.</param>
/// <param name="Padding">Zeros on either side.</param>
internal sealed record SpikeGeometry(
    long Count, long Channels, long Height, long Width, (long Height, long Width) Kernel, (long Height, long Width) Stride,
    (long Height, long Width) Padding)
{
    /// <summary>Rows of the output.</summary>
    public long OutputHeight => ((Height + (2 * Padding.Height) - Kernel.Height) / Stride.Height) + 1;

    /// <summary>Columns of the output.</summary>
    public long OutputWidth => ((Width + (2 * Padding.Width) - Kernel.Width) / Stride.Width) + 1;

    /// <summary>Output positions of all maps.</summary>
    public long Rows => Count * OutputHeight * OutputWidth;

    /// <summary>Bytes of a packed pixel.</summary>
    public long PixelBytes => Channels / 8;

    /// <summary>Bytes of a packed row, padding included.</summary>
    public long RowBytes => (Width + (2 * Padding.Width)) * PixelBytes;

    /// <summary>Bytes of a packed image, padding included.</summary>
    public long ImageBytes => (Height + (2 * Padding.Height)) * RowBytes;
}
