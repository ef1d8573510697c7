using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Video;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>UCF101 with its three official split lists; videos are decoded by ffmpeg when asked for.</summary>
internal sealed class Ucf101Source() : DataSource("ucf101", new InputShape(InputKind.Video, 16, RgbImage.Channels, 0, 0))
{
    private const double Rate = 25; // frames a second of all its videos (CRCV-TR-12-01)

    private static readonly (int Train, int Test)[] Official = [(9537, 3783), (9586, 3734), (9624, 3696)];

    protected override LabelledData Load(DataRequest request)
    {
        var folder = Folder();
        var (classes, train) = Listed(folder, request, train: true);
        var (_, test) = Listed(folder, request, train: false);
        var (officialTrain, officialTest) = Official[request.Split - 1];
        var remarks = CheckCounts(request, train.Count, test.Count, officialTrain, officialTest);
        return ClipFolders.Open(Name, request, classes, train, test, Rate, [.. remarks, $"split {request.Split} of 3"]);
    }

    private static (IReadOnlyList<string> Classes, IReadOnlyList<(string Path, int Label)> Clips) Listed(
        string folder, DataRequest request, bool train)
    {
        if (request.Split is < 1 or > 3)
        {
            throw new DatasetException($"UCF101 has the splits 1, 2 and 3; asked for was {request.Split}.");
        }

        var (classes, clips) = ActionLists.Ucf101(folder, request.Split, train);
        var absent = clips.Where(clip => !File.Exists(clip.Path)).ToArray();
        return absent.Length == 0 || (request.Partial && absent.Length < clips.Count)
            ? (classes, [.. clips.Except(absent)])
            : throw new DatasetException(
                $"{Path.Combine(folder, "ucfTrainTestlist", $"{(train ? "train" : "test")}list{request.Split:00}.txt")} names "
                + $"{absent.Length} of {clips.Count} videos that are not there, the first {absent[0].Path}. Unpack UCF101.rar there, or "
                + $"take what is here with --partial. {DatasetLocator.HowToGet(DatasetRegistry.Get("ucf101"))}");
    }
}
