using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents.Exploration;

namespace SnnNotebooks.Cli.Latents;

/// <summary>The same model on recordings of other sessions or animals.</summary>
internal static class OtherRecordings
{
    /// <summary>Explores the others and compares them with the first.</summary>
    /// <param name="first">The recording that is explored.</param>
    /// <param name="others">Files of others, and how each is cut.</param>
    /// <param name="say">Is told what is being done.</param>
    public static AcrossRecordings Compare(
        LatentExploration first, IEnumerable<(string Path, TrialRecordingOptions Cut)> others, Action<string> say)
    {
        List<LatentExploration> explorations = [first];
        try
        {
            foreach (var (path, cut) in others)
            {
                say($"the same model on {path}");
                var recording = TrialRecording.Open(path, cut);
                recording.Remarks.ToList().ForEach(say);
                explorations.Add(LatentExploration.Of(recording, first.Options with { Checks = false }));
            }

            return AcrossRecordings.Of(explorations);
        }
        finally
        {
            foreach (var of in explorations.Skip(1))
            {
                of.Recording.Dispose();
                of.Dispose();
            }
        }
    }
}
