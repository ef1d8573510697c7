using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>Loads data sets of the four files MNIST has: images and labels, training and test, as gzipped IDX arrays.</summary>
internal static class IdxImages
{
    public static (ImageDataset Train, ImageDataset Test) Load(string id, IReadOnlyList<string> classNames, bool verified = true)
    {
        var entry = DatasetRegistry.Get(id);
        var train = Load(entry, "train", classNames, verified);
        try
        {
            return (train, Load(entry, "t10k", classNames, verified));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    private static ImageDataset Load(DatasetEntry entry, string prefix, IReadOnlyList<string> classNames, bool verified)
    {
        var images = Parse($"{prefix}-images-idx3-ubyte.gz");
        var labels = Parse($"{prefix}-labels-idx1-ubyte.gz");
        if (images.Shape.Count != 3 || labels.Shape.Count != 1 || images.Shape[0] != labels.Shape[0])
        {
            throw new DatasetException(
                $"{prefix} of {entry.Id} holds images [{string.Join(", ", images.Shape)}] and labels [{string.Join(", ", labels.Shape)}]; "
                + "expected [N, rows, columns] and [N].");
        }

        using var scope = NewDisposeScope();
        var pixels = tensor(images.Values.ToArray(), [images.Shape[0], 1, images.Shape[1], images.Shape[2]], ScalarType.Byte);
        var classes = tensor(labels.Values.ToArray(), [labels.Shape[0]], ScalarType.Byte);
        return new ImageDataset(pixels.to(ScalarType.Float32) / 255f, classes.to(ScalarType.Int64), classNames);

        IdxArray Parse(string file) => verified
            ? IdxArray.Parse(DatasetLocator.Read(entry, file), $"{file} of {entry.Id}")
            : IdxArray.Parse(
                VerifiedFile.UnpackAtMost(
                    Path.Combine(DatasetLocator.Folder(entry), file), entry.Files.First(known => known.Name == file).Bytes,
                    DatasetLocator.HowToGet(entry)),
                $"{file} of {entry.Id}");
    }
}
