using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>The small picture sets, which are held in memory.</summary>
internal sealed class PictureSource(string name, int channels, int size, int train, int test)
    : DataSource(name, new InputShape(InputKind.Images, 1, channels, size, size))
{
    public override bool IsHere(bool partial) => base.IsHere(partial) || (partial && Name == "cifar10" && Cifar.HasSprites);

    protected override LabelledData Load(DataRequest request)
    {
        var (learned, tested) = Read(request.Partial);
        try
        {
            var remarks = CheckCounts(request, learned.Count, tested.Count, train, test);
            (learned, tested) = (Part(learned, request), Part(tested, request));
            var shape = request.Shape;
            var own = shape.Channels == channels && shape.Height == size;
            if (!own)
            {
                remarks = [.. remarks, $"pictures of {size} x {size} and {channels} channels are shown at {shape.Height} x {shape.Width} "
                    + $"and {shape.Channels} channels"];
            }

            return new LabelledData(
                Name, shape with { Kind = InputKind.Images }, own ? learned.ToTrainingSet() : ImageTrainingSet.At(learned, shape),
                own ? tested.ToTrainingSet() : ImageTrainingSet.At(tested, shape), remarks) { Owned = [learned, tested] };
        }
        catch
        {
            learned.Dispose();
            tested.Dispose();
            throw;
        }
    }

    /// <summary>All of it; the caller disposes both.</summary>
    /// <param name="partial">Whether a part is taken, unchecked.</param>
    private (ImageDataset Train, ImageDataset Test) Read(bool partial) => Name switch
    {
        "cifar10" => partial && Cifar.FindTen() is { } part ? part : Cifar.LoadTen(),
        "cifar100" => Cifar.LoadHundred(),
        "mnist" => IdxImages.Load(Name, Mnist.ClassNames, verified: !partial),
        _ => IdxImages.Load(Name, FashionMnist.ClassNames, verified: !partial),
    };

    private static ImageDataset Part(ImageDataset whole, DataRequest request)
    {
        var places = request.Places(whole.Count);
        if (places.Count == whole.Count)
        {
            return whole;
        }

        using (whole)
        using (var rows = TorchSharp.torch.tensor(places.Select(place => (long)place).ToArray()))
        {
            return new ImageDataset(whole.Images.index_select(0, rows), whole.Labels.index_select(0, rows), whole.ClassNames);
        }
    }
}
