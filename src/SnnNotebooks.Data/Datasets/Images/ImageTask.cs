using SnnNotebooks.Datasets.Sources;

namespace SnnNotebooks.Datasets.Images;

/// <summary>A task for a classifier of small images: the name of a data set, what to learn from and what to be tested on.</summary>
/// <param name="Name">The data set, as it is written in texts.</param>
/// <param name="Train">What to learn from.</param>
/// <param name="Test">What to be tested on.</param>
public sealed record ImageTask(string Name, ImageDataset Train, ImageDataset Test)
{
    /// <summary>Channels of an image.</summary>
    public int Channels => (int)Train.Images.shape[1];

    /// <summary>Rows, and columns, of an image in pixels.</summary>
    public int Size => (int)Train.Images.shape[2];

    /// <summary>The slice of Fashion-MNIST that ships with the kit.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public static ImageTask Shipped() => Of("Fashion-MNIST", FashionMnist.LoadMini());

    /// <summary>CIFAR-10, or as much of it as is on this machine (<see cref="Cifar.FindTen"/>); Fashion-MNIST where it is not.</summary>
    /// <exception cref="DatasetException">Neither is here (the message says how to get the second), or a file is damaged.</exception>
    public static ImageTask CifarOrFashion() =>
        Cifar.FindTen() is { } cifar ? Of("CIFAR-10", cifar) : Of("Fashion-MNIST", FashionMnist.LoadFull());

    /// <summary>A set of small pictures by the name that <c>snn train --data</c> has for it.</summary>
    /// <param name="name">fashion-mnist-mini, fashion-mnist, mnist, cifar10 or cifar100.</param>
    /// <exception cref="DatasetException">There is none of that name, it is no set of small pictures, or it is not here (the message says
    /// how to get it).</exception>
    public static ImageTask Named(string name) => DataSources.Get(name) is PictureSource pictures
        ? Of(pictures.Name, pictures.Read(partial: false))
        : throw new DatasetException(
            $"{name} holds no small pictures, which are kept in memory here: `snn train NETWORK --data {name}` learns it.");

    /// <summary>The same task with fewer images; those left out are disposed.</summary>
    /// <param name="train">At most so many training images, the first.</param>
    /// <param name="test">At most so many test images, the first.</param>
    public ImageTask First(int train, int test) => this with { Train = First(Train, train), Test = First(Test, test) };

    private static ImageTask Of(string name, (ImageDataset Train, ImageDataset Test) sets) => new(name, sets.Train, sets.Test);

    private static ImageDataset First(ImageDataset set, int count)
    {
        if (count >= set.Count)
        {
            return set;
        }

        using (set)
        {
            return new ImageDataset(set.Images.narrow(0, 0, count).clone(), set.Labels.narrow(0, 0, count).clone(), set.ClassNames);
        }
    }
}
