namespace SnnNotebooks.Deployment;

/// <summary>
/// How the elements of a step lie in memory. Outside they are row-major [C, H, W]; inside an image is [H, W, C], so that all channels of a
/// place, which a convolution changes together, lie side by side.
/// </summary>
/// <param name="Channels">C; the length of a vector.</param>
/// <param name="Height">H; 1 for a vector.</param>
/// <param name="Width">W; 1 for a vector.</param>
/// <param name="Joined">The image was flattened: outside it is a vector.</param>
internal readonly record struct MapShape(int Channels, int Height, int Width, bool Joined = false)
{
    public int Size => Channels * Height * Width;

    /// <summary>The size, up to a whole number of the widest vector registers there are.</summary>
    public int Padded => (Size + 15) & ~15;

    public MapShape Flat => this with { Joined = true };

    public static MapShape Of(long[] shape) => shape.Length switch
    {
        1 => new((int)shape[0], 1, 1),
        2 => new((int)shape[0], 1, (int)shape[1]),
        3 => new((int)shape[0], (int)shape[1], (int)shape[2]),
        _ => throw new Exchange.Nir.NirException(
            $"An input of shape [{string.Join(", ", shape)}]; vectors, [C, L] and [C, H, W] are run here."),
    };

    public int ToInner(int outer)
    {
        var places = Height * Width;
        return (outer % places * Channels) + (outer / places);
    }

    public int ToOuter(int inner) => (inner % Channels * Height * Width) + (inner / Channels);
}
