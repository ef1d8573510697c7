using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// The Heidelberg spiking data sets (B. Cramer et al., IEEE TNNLS 33, 2022) as their HDF5 files hold them: spoken digits (SHD) and words
/// (SSC) as spikes of 700 channels. Spikes are counted in T bins of equal length; the last one takes what comes later.
/// </summary>
internal sealed class SpeechSource(string name, int classes, double seconds, int train, int test)
    : DataSource(name, new InputShape(InputKind.SpikeTrains, 100, Channels, 1, 1))
{
    private const int Channels = 700;

    protected override LabelledData Load(DataRequest request)
    {
        var folder = Folder();
        var learned = Opened(Path.Combine(folder, $"{Name}_train.h5"));
        SpeechFile? tested = null;
        try
        {
            tested = Opened(Path.Combine(folder, $"{Name}_test.h5"));
            var remarks = CheckCounts(request, learned.Labels.Count, tested.Labels.Count, train, test);
            return new LabelledData(
                Name, Shape with { TimeSteps = request.Shape.TimeSteps }, Set(learned), Set(tested),
                [.. remarks, FormattableString.Invariant($"spikes are counted in {request.Shape.TimeSteps} bins over {seconds} s")])
            {
                Owned = [learned, tested],
            };
        }
        catch
        {
            learned.Dispose();
            tested?.Dispose();
            throw;
        }

        TrainingSet Set(SpeechFile file)
        {
            var places = request.Places(file.Labels.Count);
            return FrameStream.Of(
                place => file.Bins(places[place], request.Shape.TimeSteps, seconds), [.. places.Select(place => file.Labels[place])],
                file.ClassNames, request.Damage);
        }
    }
    private SpeechFile Opened(string path)
    {
        try
        {
            return SpeechFile.Open(path, classes, Channels);
        }
        catch (DatasetException damaged)
        {
            throw new DatasetException($"{damaged.Message} Remove the file and get it again. {HowToGet}", damaged);
        }
    }
}
