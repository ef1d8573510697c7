using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>The frames of gestures, from the cache where they are there; else all samples of the recording are made and kept.</summary>
/// <param name="samples">The samples.</param>
/// <param name="shape">Their frames.</param>
internal sealed class GestureFrames(IReadOnlyList<GestureSample> samples, InputShape shape)
{
    private readonly FrameRule rule = FrameRule.Number(shape.TimeSteps);
    private readonly string folder = Path.Combine(CacheFolder.Root, "frames");
    private readonly ILookup<string, GestureSample> byRecording = samples.ToLookup(sample => sample.Recording);
    private readonly Dictionary<string, Lock> decoding = samples.Select(sample => sample.Recording).Distinct()
        .ToDictionary(recording => recording, _ => new Lock());

    /// <summary>The frames of a sample, float32 [T, 2, H, W]; the caller disposes them.</summary>
    /// <param name="place">Its place.</param>
    /// <exception cref="EventFileException">The recording is damaged.</exception>
    public Tensor Of(int place)
    {
        var sample = samples[place];
        if (FrameCache.ReadFile(FileOf(sample)) is { } kept)
        {
            return kept;
        }

        lock (decoding[sample.Recording])
        {
            if (FrameCache.ReadFile(FileOf(sample)) is { } made)
            {
                return made; // by another thread, with the recording's other samples
            }

            var recording = EventRecording.Load(sample.Recording);
            foreach (var other in byRecording[sample.Recording])
            {
                using var frames = Cut(recording, other);
                FrameCache.WriteFile(FileOf(other), frames);
            }

            return Cut(recording, sample);
        }
    }

    private Tensor Cut(EventRecording recording, GestureSample sample) => EventFrames.Of(
        EventScaling.To(recording.Between(sample.Start, sample.End), (128, 128), shape.Height, shape.Width), rule);

    private string FileOf(GestureSample sample)
    {
        var file = new FileInfo(sample.Recording);
        var key = string.Create(
            CultureInfo.InvariantCulture,
            $"{file.FullName}\n{(file.Exists ? file.Length : 0)}\n{file.LastWriteTimeUtc.Ticks}\n{sample.Start}\n{sample.End}\n"
            + $"{rule.Key}\n{shape.Height}\n{shape.Width}");
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".frames");
    }
}
