namespace SnnNotebooks.Datasets.Images;

/// <summary>Fashion-MNIST: 28 x 28 grey images of ten kinds of clothing (H. Xiao, K. Rasul, R. Vollgraf, 2017, arXiv:1708.07747).</summary>
public static class FashionMnist
{
    /// <summary>The ten classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The slice that ships with the kit: 6,000 training and 1,000 test images, 600 and 100 of each class.</summary>
    /// <returns>Both sets, float32 [N, 1, 28, 28] of [0, 1]; the caller disposes them.</returns>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) LoadMini() => IdxImages.Load("fashion-mnist-mini", ClassNames);

    /// <summary>The full set: 60,000 training and 10,000 test images.</summary>
    /// <returns>Both sets, float32 [N, 1, 28, 28] of [0, 1]; the caller disposes them.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), or a file is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) LoadFull() => IdxImages.Load("fashion-mnist", ClassNames);

    /// <summary>
    /// Makes the slice that ships with the kit from the full set: of each class the first 600 training and the first 100 test images,
    /// in the order of the file.
    /// </summary>
    /// <param name="sourceFolder">A folder with the four files of the full set.</param>
    /// <param name="targetFolder">Where the four files of the slice go.</param>
    /// <exception cref="DatasetException">A file of the full set is missing or damaged.</exception>
    public static void BuildMini(string sourceFolder, string targetFolder)
    {
        foreach (var (prefix, perClass) in new[] { ("train", 600), ("t10k", 100) })
        {
            var images = ReadFrom(sourceFolder, $"{prefix}-images-idx3-ubyte.gz");
            var labels = ReadFrom(sourceFolder, $"{prefix}-labels-idx1-ubyte.gz");
            var rows = Balanced(labels.Values.Span, perClass);
            var pixels = images.Shape[1] * images.Shape[2];
            var keptImages = new byte[rows.Count * pixels];
            var keptLabels = new byte[rows.Count];
            for (var i = 0; i < rows.Count; i++)
            {
                images.Values.Slice(rows[i] * pixels, pixels).CopyTo(keptImages.AsMemory(i * pixels));
                keptLabels[i] = labels.Values.Span[rows[i]];
            }

            AtomicFile.Write(Path.Combine(targetFolder, $"{prefix}-images-idx3-ubyte.gz"),
                new IdxArray([rows.Count, images.Shape[1], images.Shape[2]], keptImages).ToGzip());
            AtomicFile.Write(Path.Combine(targetFolder, $"{prefix}-labels-idx1-ubyte.gz"), new IdxArray([rows.Count], keptLabels).ToGzip());
        }
    }

    private static List<int> Balanced(ReadOnlySpan<byte> labels, int perClass)
    {
        var taken = new int[ClassNames.Count];
        var rows = new List<int>(perClass * ClassNames.Count);
        for (var i = 0; i < labels.Length; i++)
        {
            if (taken[labels[i]] < perClass)
            {
                taken[labels[i]]++;
                rows.Add(i);
            }
        }

        return rows;
    }

    private static IdxArray ReadFrom(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var file = DatasetRegistry.Get("fashion-mnist").Files.Single(file => file.Name == name);
        return File.Exists(path)
            ? IdxArray.Parse(VerifiedFile.Unpack(path, file, "Fashion-MNIST's own four files are needed."), path)
            : throw new DatasetException(
                $"{path} is missing; the folder must hold the four files of Fashion-MNIST. "
                + $"{DatasetLocator.HowToGet(DatasetRegistry.Get("fashion-mnist"))}");
    }
}
