using SnnNotebooks.Datasets.Events;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Events: the segments and frames of every rule, the mask of padded sequences, and the raw files beside the archive.</summary>
internal sealed class EventSuite : IConformanceSuite
{
    public bool Claims(string path) => ReferenceFile.Family(path) == "events";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var file = ReferenceFile.Open(path);
        foreach (var reference in file.Cases)
        {
            yield return RunCase(reference, folder);
        }
    }

    private static ConformanceResult RunCase(ReferenceCase reference, string folder)
    {
        using var scope = NewDisposeScope();
        try
        {
            if (reference.Text("file") is { } raw)
            {
                return Raw(reference, Path.Combine(folder, raw));
            }

            if (reference.Has("mask"))
            {
                reference.Same("mask", FrameBatch.Mask(reference.Tensor("sequence_len").Numbers<long>()));
                return reference.Result;
            }

            Frames(reference);
            return reference.Result;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return ConformanceResult.Fail(reference.Name, failure.Message);
        }
    }

    private static ConformanceResult Raw(ReferenceCase reference, string path)
    {
        if (!File.Exists(path))
        {
            return ConformanceResult.Skip(reference.Name, $"{Path.GetFileName(path)} is not beside it");
        }

        var events = EventRecording.Load(path);
        reference.Same("t", tensor(events.Times.ToArray()));
        reference.Same("x", Numbers(events.X));
        reference.Same("y", Numbers(events.Y));
        reference.Same("p", tensor(Array.ConvertAll(events.On.ToArray(), on => (long)on)));
        return reference.Result;
    }

    private static void Frames(ReferenceCase reference)
    {
        var events = Recording(reference);
        if (reference.Has("frames") && reference.Text("split_by") is null)
        {
            var version = reference.IsRelease ? SpikingJellyVersion.Release014 : SpikingJellyVersion.Head;
            reference.Same("frames", EventFrames.Of(events, FrameRule.Duration((long)reference.Number("duration"), version)));
            return;
        }

        var count = (int)reference.Number("frames_num");
        var segments = reference.Text("split_by") switch
        {
            "number" => EventSegments.ByNumber(events, count),
            "time" => EventSegments.ByTime(events, count),
            var rule => throw new InvalidDataException($"The case {reference.Name} splits by '{rule}'; known are number and time."),
        };
        if (reference.Text("raises") is not null)
        {
            // SpikingJelly fails on a segment without events; here it is an empty frame and no event is lost
            reference.Compared();
            if (segments.All(segment => segment.GetOffsetAndLength(events.Count).Length > 0)
                || EventFrames.Of(events, segments).sum().item<float>() != events.Count)
            {
                reference.Differs("SpikingJelly finds a segment without events here, and the kit none, or it loses events");
            }

            return;
        }

        reference.Same("j_l", tensor(segments.Select(segment => (long)segment.Start.Value).ToArray()));
        reference.Same("j_r", tensor(segments.Select(segment => (long)segment.End.Value).ToArray()));
        reference.Same("frames", EventFrames.Of(events, segments));
    }

    private static EventRecording Recording(ReferenceCase reference)
    {
        long[] Values(string field) => reference.Tensor(field).to(ScalarType.Int64).Numbers<long>();
        return new EventRecording(
            (int)reference.Number("W"),
            (int)reference.Number("H"),
            Values("t"),
            Array.ConvertAll(Values("x"), x => (ushort)x),
            Array.ConvertAll(Values("y"), y => (ushort)y),
            Array.ConvertAll(Values("p"), p => (byte)(p != 0 ? 1 : 0)));
    }

    private static Tensor Numbers(ReadOnlySpan<ushort> values) => tensor(Array.ConvertAll(values.ToArray(), value => (long)value));
}
