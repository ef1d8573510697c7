namespace SnnNotebooks.Datasets.Images;

/// <summary>MNIST: 28 x 28 grey images of handwritten digits (Y. LeCun et al., 1998).</summary>
public static class Mnist
{
    /// <summary>The ten digits.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>60,000 training and 10,000 test images, float32 [N, 1, 28, 28] of [0, 1].</summary>
    /// <returns>Both sets, with the ten class names; the caller disposes them.</returns>
    /// <exception cref="DatasetException">It is not on this machine (the message says how to get it), or a file is damaged.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load() => IdxImages.Load("mnist", ClassNames);
}
