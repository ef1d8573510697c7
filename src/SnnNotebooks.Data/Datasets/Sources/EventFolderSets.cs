using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// Lists of recordings that are read and cut into frames when asked for: T frames of equal numbers of events, as the papers.
/// </summary>
internal static class EventFolderSets
{
    /// <summary>Opens lists.</summary>
    /// <param name="name">The data set.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="classes">A name for each class.</param>
    /// <param name="train">What to learn from.</param>
    /// <param name="test">What to be tested on.</param>
    /// <param name="load">Reads a recording.</param>
    /// <param name="remarks">What must be known.</param>
    /// <param name="sensor">Rows and columns of the sensor; those of each recording where none are given.</param>
    public static LabelledData Open(
        string name, DataRequest request, IReadOnlyList<string> classes, IReadOnlyList<(string Path, int Label)> train,
        IReadOnlyList<(string Path, int Label)> test, Func<string, EventRecording> load, IReadOnlyList<string> remarks,
        (int Height, int Width)? sensor = null)
    {
        var shape = Shape(request);
        var rule = FrameRule.Number(shape.TimeSteps);
        return new LabelledData(name, shape, Set(train), Set(test), remarks);

        TrainingSet Set(IReadOnlyList<(string Path, int Label)> all)
        {
            (string Path, int Label)[] items = [.. request.Places(all.Count).Select(place => all[place])];
            return FrameStream.Of(
                place =>
                {
                    var recording = load(items[place].Path);
                    return EventFrames.Of(
                        EventScaling.To(recording, sensor ?? (recording.Height, recording.Width), shape.Height, shape.Width), rule);
                },
                [.. items.Select(item => item.Label)], classes, request.Damage);
        }
    }

    /// <summary>The frames of a request.</summary>
    public static InputShape Shape(DataRequest request) =>
        new(InputKind.EventFrames, request.Shape.TimeSteps, 2, request.Shape.Height, request.Shape.Width);
}
