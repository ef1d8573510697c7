using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// ImageNet-1k in its official layout: <c>train/nXXXXXXXX/*.JPEG</c>, and <c>val</c> with the same folders, or flat with the official
/// ground truth beside it (<see cref="ImageNetTruth"/>). Images are decoded when asked for.
/// </summary>
internal sealed class ImageNetSource() : DataSource("imagenet", new InputShape(InputKind.Images, 1, RgbImage.Channels, 0, 0))
{
    protected override LabelledData Load(DataRequest request)
    {
        var folder = Folder();
        var train = ImageFolder.Open(Path.Combine(folder, "train"));
        var test = ImageNetTruth.Validation(folder, train.ClassNames);
        var remarks = CheckCounts(request, train.Items.Count, test.Count, 1_281_167, 50_000);
        if (!request.Partial && train.ClassNames.Count != 1000)
        {
            throw new DatasetException(
                $"{Path.Combine(folder, "train")} has {train.ClassNames.Count} class folders with images; ImageNet has 1000. Unpack the "
                + "archive of each missing class into a folder of its name, or take what is here with --partial.");
        }

        return PictureFolders.Open(Name, request, train.ClassNames, train.Items, test, remarks);
    }
}
