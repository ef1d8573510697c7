namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>Turns one image into another; whatever it draws, it draws from the given numbers alone.</summary>
public abstract record ImageTransform
{
    /// <summary>The transformed image; the given one is left as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>An image, of another size where the transform says so.</returns>
    public abstract RgbImage Apply(RgbImage image, Random random);
}
