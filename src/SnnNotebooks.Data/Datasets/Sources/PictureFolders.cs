using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>Lists of image files that are decoded when asked for.</summary>
internal static class PictureFolders
{
    public static LabelledData Open(
        string name, DataRequest request, IReadOnlyList<string> classes, IReadOnlyList<(string Path, int Label)> train,
        IReadOnlyList<(string Path, int Label)> test, IReadOnlyList<string> remarks)
    {
        return new LabelledData(name, request.Shape with { Kind = InputKind.Images }, Set(train), Set(test), remarks);

        TrainingSet Set(IReadOnlyList<(string Path, int Label)> all)
        {
            (string Path, int Label)[] items = [.. request.Places(all.Count).Select(place => all[place])];
            return ImageTrainingSet.Streamed(
                (place, choose) => RgbImage.DecodePart(File.ReadAllBytes(items[place].Path), items[place].Path, choose),
                [.. items.Select(item => item.Label)], classes, request.Shape, request.Damage);
        }
    }
}
