using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents.Controls;
using SnnNotebooks.Latents.Exploration;

namespace SnnNotebooks.Cli.Latents;

/// <summary>The same model on recordings of other sessions or animals, compared by the conditions they share.</summary>
internal static class OtherRecordings
{
    private const int Shuffles = 20;
    private const int Stream = 99;

    /// <summary>Compares.</summary>
    /// <param name="first">The recording that is explored.</param>
    /// <param name="others">Files of others.</param>
    /// <param name="cut">How they are cut, as the first was.</param>
    /// <param name="say">Is told what is being done.</param>
    /// <returns>The table, and the mean held-out R2 where the trials of the others have each other's conditions.</returns>
    public static (ConsistencyTable Table, double Shuffled) Compare(
        LatentExploration first, IReadOnlyList<string> others, TrialRecordingOptions cut, Action<string> say)
    {
        List<LatentExploration> explorations = [first];
        List<TrialRecording> recordings = [];
        try
        {
            foreach (var path in others)
            {
                say($"the same model on {path}");
                recordings.Add(TrialRecording.Open(path, cut));
                explorations.Add(LatentExploration.Of(recordings[^1], first.Options with { Checks = false }));
            }

            ConsistencyTable Table(Func<int, IReadOnlyList<string>> conditions) => LatentConsistency.AcrossRecordings(
                [.. explorations.Select((of, place) => (of.Recording.Name, of.Latents, conditions(place)))]);
            var draws = new SeededDraws(first.Options.Seed, Stream);
            IReadOnlyList<string> Mixed(int place)
            {
                string[] names = [.. explorations[place].Recording.Conditions!];
                if (place > 0)
                {
                    draws.Shuffle(names.AsSpan());
                }

                return names;
            }

            return (Table(place => explorations[place].Recording.Conditions!),
                Enumerable.Range(0, Shuffles).Average(_ => Table(Mixed).HeldOutMean));
        }
        finally
        {
            explorations.Skip(1).ToList().ForEach(of => of.Dispose());
            recordings.ForEach(of => of.Dispose());
        }
    }
}
