using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>CIFAR-10 and CIFAR-100 (A. Krizhevsky, 2009) in their binary version: 32 x 32 colour images.</summary>
public static class Cifar
{
    private const int Side = 32;
    private const int ImageBytes = RgbImage.Channels * Side * Side;
    private const int SpriteRows = 1000;
    private const int SpritesPerBatch = 10;
    private const int TestSprite = 50;

    /// <summary>The classes of CIFAR-10, in the order of their labels.</summary>
    public static IReadOnlyList<string> TenNames { get; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
        "ship", "truck"];

    /// <summary>CIFAR-10: 50,000 training and 10,000 test images, float32 [N, 3, 32, 32] of [0, 1].</summary>
    /// <returns>Both sets, with the ten class names; the caller disposes them.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), or a file is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) LoadTen()
    {
        var folder = Path.Combine(DatasetLocator.Folder(DatasetRegistry.Get("cifar10")), "cifar-10-batches-bin");
        return (
            ReadTen([.. Enumerable.Range(1, 5).Select(batch => Path.Combine(folder, $"data_batch_{batch}.bin"))]),
            ReadTen(Path.Combine(folder, "test_batch.bin")));
    }

    /// <summary>
    /// CIFAR-10 as far as it is on this machine: the whole set, or else what there is of its sprites (see <see cref="FromSprites"/>) in the
    /// folder
    /// <c>sprites_png</c> of its place: those of 0 to 49 for training, number 50, the first 1,000 test images, for testing.
    /// </summary>
    /// <returns>Float32 [N, 3, 32, 32] of [0, 1]; null where there is neither.</returns>
    /// <exception cref="DatasetException">A file is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test)? FindTen()
    {
        if (DatasetLocator.Find(DatasetRegistry.Get("cifar10")) is not null)
        {
            return LoadTen();
        }

        return HasSprites ? (ReadSprites(Sprites, TrainingSprites), ReadSprites(Sprites, TestSprite)) : null;
    }

    /// <summary>Whether sprites to learn from and the one to test on are here.</summary>
    internal static bool HasSprites => TrainingSprites.Length > 0 && File.Exists(SpritePath(Sprites, TestSprite));

    private static string Sprites => Path.Combine(DatasetLocator.Place(DatasetRegistry.Get("cifar10")), "sprites_png");

    private static int[] TrainingSprites =>
        [.. Enumerable.Range(0, TestSprite).Where(sprite => File.Exists(SpritePath(Sprites, sprite)))];

    /// <summary>CIFAR-100: 50,000 training and 10,000 test images with their fine labels, float32 [N, 3, 32, 32] of [0, 1].</summary>
    /// <returns>Both sets, with the hundred class names; the caller disposes them.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), or a file is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) LoadHundred()
    {
        var folder = Path.Combine(DatasetLocator.Folder(DatasetRegistry.Get("cifar100")), "cifar-100-binary");
        var list = Path.Combine(folder, "fine_label_names.txt");
        IReadOnlyList<string> names = File.Exists(list)
            ? [.. TextLines.Of(list).Where(name => name.Length > 0)]
            : [.. Enumerable.Range(0, 100).Select(label => $"class {label}")];
        return (Parse(Join(Path.Combine(folder, "train.bin")), 2, names, folder),
            Parse(Join(Path.Combine(folder, "test.bin")), 2, names, folder));
    }

    /// <summary>Reads files of CIFAR-10's binary version: a label and 3,072 bytes (red, green and blue planes) for each image.</summary>
    /// <param name="paths">The files, in order.</param>
    /// <returns>Images float32 [N, 3, 32, 32] of [0, 1] in the order of the files, and their labels; the caller disposes them.</returns>
    /// <exception cref="DatasetException">A file holds no whole number of images, or a label above 9.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset ReadTen(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return Parse(Join(paths), 1, TenNames, string.Join(", ", paths));
    }

    /// <summary>
    /// Rebuilds a file of CIFAR-10's binary version from PNG sprites as ConvNetJS keeps them: <c>cifar10_batch_K.png</c>, 1,000 rows of an
    /// image each, column
    /// 32 y + x, and <c>labels.bin</c>, a byte for each image. Ten sprites make one training file.
    /// </summary>
    /// <param name="folder">The folder of the sprites.</param>
    /// <param name="batch">Which training file, 1 to 5.</param>
    /// <returns>The bytes of <c>data_batch_N.bin</c>.</returns>
    /// <exception cref="DatasetException">A sprite is missing or damaged, or of another size.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1 or is above 5.</exception>
    public static byte[] FromSprites(string folder, int batch)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, 5);
        return SpriteRecords(folder, [.. Enumerable.Range((batch - 1) * SpritesPerBatch, SpritesPerBatch)]);
    }

    /// <summary>
    /// Reads single sprites of that kind: a folder need not hold all of them. Sprites 0 to 49 are training images, 50 and later test
    /// images.
    /// </summary>
    /// <param name="folder">The folder of the sprites.</param>
    /// <param name="sprites">Which ones, 1,000 images each.</param>
    /// <returns>Images float32 [N, 3, 32, 32] of [0, 1] in the order of the sprites, and their labels; the caller disposes them.</returns>
    /// <exception cref="DatasetException">A sprite is missing or damaged, or of another size.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static ImageDataset ReadSprites(string folder, params int[] sprites)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(sprites);
        return Parse(SpriteRecords(folder, sprites), 1, TenNames, folder);
    }

    private static string SpritePath(string folder, int sprite) => Path.Combine(folder, $"cifar10_batch_{sprite}.png");

    private static byte[] SpriteRecords(string folder, int[] sprites)
    {
        var labelPath = Path.Combine(folder, "labels.bin");
        var labels = File.Exists(labelPath)
            ? File.ReadAllBytes(labelPath)
            : throw new DatasetException($"{labelPath} is missing; expected a byte for each image.");
        var records = new byte[sprites.Length * SpriteRows * (1 + ImageBytes)];
        for (var place = 0; place < sprites.Length; place++)
        {
            var first = (long)sprites[place] * SpriteRows;
            if (first < 0 || labels.Length < first + SpriteRows)
            {
                throw new DatasetException($"{labelPath} has {labels.Length} labels; sprite {sprites[place]} needs {first + SpriteRows}.");
            }

            var path = SpritePath(folder, sprites[place]);
            var image = File.Exists(path)
                ? RgbImage.Read(path)
                : throw new DatasetException($"{path} is missing; needed are the sprites {string.Join(", ", sprites)}.");
            if (image.Width != Side * Side || image.Height != SpriteRows)
            {
                throw new DatasetException($"{path} has {image.Width} x {image.Height} pixels; a sprite has {Side * Side} x {SpriteRows}.");
            }

            for (var row = 0; row < SpriteRows; row++)
            {
                var record = records.AsSpan(((place * SpriteRows) + row) * (1 + ImageBytes), 1 + ImageBytes);
                record[0] = labels[(int)first + row];
                var pixels = image.Pixels.AsSpan(row * ImageBytes, ImageBytes);
                for (var at = 0; at < ImageBytes; at++)
                {
                    record[1 + (at % RgbImage.Channels * Side * Side) + (at / RgbImage.Channels)] = pixels[at];
                }
            }
        }

        return records;
    }

    private static byte[] Join(params string[] paths)
    {
        using var all = new MemoryStream();
        foreach (var path in paths)
        {
            all.Write(File.ReadAllBytes(path));
        }

        return all.ToArray();
    }

    private static ImageDataset Parse(byte[] bytes, int labelBytes, IReadOnlyList<string> names, string what)
    {
        var record = labelBytes + ImageBytes;
        if (bytes.Length % record != 0)
        {
            throw new DatasetException($"{what}: {bytes.Length} bytes are no whole number of records of {record} bytes (cut short).");
        }

        using var scope = NewDisposeScope();
        var table = tensor(bytes, [bytes.Length / record, record], ScalarType.Byte);
        var labels = table.select(1, labelBytes - 1).to(ScalarType.Int64);
        if (labels.numel() > 0 && labels.max().item<long>() is var largest && largest >= names.Count)
        {
            throw new DatasetException($"{what}: a label is {largest}; expected 0 to {names.Count - 1}.");
        }

        var images = table.narrow(1, labelBytes, ImageBytes).reshape(-1, RgbImage.Channels, Side, Side).to(ScalarType.Float32) / 255f;
        return new ImageDataset(images, labels, names);
    }
}
