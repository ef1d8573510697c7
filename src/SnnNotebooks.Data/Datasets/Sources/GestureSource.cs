using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// DVS128 Gesture. A recording holds about twelve samples and takes long to decode, so every sample's frames are made once and kept in
/// <see cref="CacheFolder"/>, under a name made of the recording's path, size and time, the sample and the rule.
/// </summary>
internal sealed class GestureSource() : DataSource("dvs128-gesture", new InputShape(InputKind.EventFrames, 16, 2, Side, Side))
{
    private const int Side = 128;

    protected override LabelledData Load(DataRequest request)
    {
        var folder = Path.Combine(Folder(), "DvsGesture");
        var (train, test) = (Samples(folder, train: true, request.Damage), Samples(folder, train: false, request.Damage));
        var remarks = CheckCounts(request, train.Count, test.Count, 1176, 288);
        var shape = EventFolderSets.Shape(request);
        return new LabelledData(Name, shape, Set(train), Set(test), remarks);

        TrainingSet Set(IReadOnlyList<GestureSample> all)
        {
            GestureSample[] samples = [.. request.Places(all.Count).Select(place => all[place])];
            var frames = new GestureFrames(samples, shape);
            return FrameStream.Of(frames.Of, [.. samples.Select(sample => sample.Label)], DvsGesture.ClassNames, request.Damage);
        }
    }

    private static List<GestureSample> Samples(string folder, bool train, DamageLog damage) =>
        [.. DvsGesture.Recordings(folder, train).SelectMany(
            recording => damage.Read(() => DvsGesture.ReadLabels(DvsGesture.LabelFile(recording))) is { } labels
                ? labels.Select(label => new GestureSample(recording, label.Label, label.Start, label.End))
                : [])];
}

/// <summary>A stretch of a recording.</summary>
/// <param name="Recording">Its file.</param>
/// <param name="Label">0 to 10.</param>
/// <param name="Start">Microseconds.</param>
/// <param name="End">Microseconds, not included.</param>
internal sealed record GestureSample(string Recording, int Label, long Start, long End);
