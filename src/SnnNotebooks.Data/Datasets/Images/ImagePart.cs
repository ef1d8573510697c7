namespace SnnNotebooks.Datasets.Images;

/// <summary>A rectangle of an image.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct ImagePart(int Left, int Top, int Width, int Height)
{
    /// <summary>All of an image of a size.</summary>
    public static ImagePart Whole(int width, int height) => new(0, 0, width, height);
}

/// <summary>Reads the part of an image that is chosen once its width and height are known.</summary>
/// <param name="place">The image.</param>
/// <param name="choose">Chooses, called once; the part lies within the image.</param>
internal delegate RgbImage PartReader(int place, Func<int, int, ImagePart> choose);
