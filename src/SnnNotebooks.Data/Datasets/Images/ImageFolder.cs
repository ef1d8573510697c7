namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// Images in a folder for each class, as ImageNet is kept; classes are the folders' names in ordinal order. Images are decoded when asked
/// for.
/// </summary>
public sealed class ImageFolder
{
    private ImageFolder(IReadOnlyList<string> classNames, IReadOnlyList<(string Path, int Label)> items) =>
        (ClassNames, Items) = (classNames, items);

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images and their labels, class by class, in ordinal order.</summary>
    public IReadOnlyList<(string Path, int Label)> Items { get; }

    /// <summary>Lists the images of a folder.</summary>
    /// <param name="folder">The folder that holds one folder for each class.</param>
    /// <returns>The images' paths and classes; none is decoded yet.</returns>
    /// <exception cref="DatasetException">There is no such folder, or none with images in it.</exception>
    public static ImageFolder Open(string folder)
    {
        var (classes, items) = ClassFolders.List(folder, RgbImage.IsNamedImage, "images (.jpg, .png, .bmp)");
        return new ImageFolder(classes, items);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="index">Its place in <see cref="Items"/>.</param>
    /// <returns>The image in its own size.</returns>
    /// <exception cref="DatasetException">It is damaged.</exception>
    public RgbImage Read(int index) => RgbImage.Read(Items[index].Path);
}
