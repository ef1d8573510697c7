using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>Loads data sets of the four files MNIST has: images and labels, training and test, as gzipped IDX arrays.</summary>
internal static class IdxImages
{
    public static (ImageDataset Train, ImageDataset Test) Load(string id, IReadOnlyList<string> classNames)
    {
        var entry = DatasetRegistry.Get(id);
        var train = Load(entry, "train", classNames);
        try
        {
            return (train, Load(entry, "t10k", classNames));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    private static ImageDataset Load(DatasetEntry entry, string prefix, IReadOnlyList<string> classNames)
    {
        var images = IdxArray.Parse(DatasetLocator.Read(entry, $"{prefix}-images-idx3-ubyte.gz"), $"{prefix}-images of {entry.Id}");
        var labels = IdxArray.Parse(DatasetLocator.Read(entry, $"{prefix}-labels-idx1-ubyte.gz"), $"{prefix}-labels of {entry.Id}");
        using var scope = NewDisposeScope();
        var pixels = tensor(images.Values.ToArray(), [images.Shape[0], 1, images.Shape[1], images.Shape[2]], ScalarType.Byte);
        var classes = tensor(labels.Values.ToArray(), [labels.Shape[0]], ScalarType.Byte);
        return new ImageDataset(pixels.to(ScalarType.Float32) / 255f, classes.to(ScalarType.Int64), classNames);
    }
}
