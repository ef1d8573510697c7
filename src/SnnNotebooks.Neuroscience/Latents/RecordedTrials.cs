using SnnNotebooks.Datasets.Neural;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Real recordings as latent models take them, with what the animal did or saw: what the latent numbers should know.</summary>
public sealed class RecordedTrials : IDisposable
{
    private const int Directions = 8;

    /// <summary>Takes over the tensors.</summary>
    /// <param name="counts">[trials, T, N], float32: spikes of each bin.</param>
    /// <param name="behaviour">[trials, T, K], float32, finite; K is 0 where nothing is known of it.</param>
    /// <param name="names">What each of the K numbers is, with its unit.</param>
    /// <param name="labels">A label from 0 for each trial; null where there is none.</param>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public RecordedTrials(Tensor counts, Tensor behaviour, IReadOnlyList<string> names, IReadOnlyList<int>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(behaviour);
        ArgumentNullException.ThrowIfNull(names);
        if (counts.dim() != 3 || behaviour.dim() != 3 || counts.shape[0] != behaviour.shape[0] || counts.shape[1] != behaviour.shape[1]
            || behaviour.shape[2] != names.Count || (labels is not null && labels.Count != counts.shape[0]))
        {
            throw new ArgumentException(
                $"Counts are [{string.Join(", ", counts.shape)}], behaviour [{string.Join(", ", behaviour.shape)}] with {names.Count} "
                + $"names, and there are {labels?.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} labels; "
                + "expected [trials, T, N], [trials, T, K], K names and a label for each trial or none.");
        }

        (Counts, Behaviour, Names, Labels) = (counts.DetachFromDisposeScope(), behaviour.DetachFromDisposeScope(), names, labels);
    }

    /// <summary>[trials, T, N], float32: spikes of each bin.</summary>
    public Tensor Counts { get; }

    /// <summary>[trials, T, K], float32.</summary>
    public Tensor Behaviour { get; }

    /// <summary>What each of the K numbers is, with its unit.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A label from 0 for each trial, or null.</summary>
    public IReadOnlyList<int>? Labels { get; }

    /// <summary>
    /// What supervised models are told: the labels as a factor where there are any, and the behaviour, where there is one, which stays its
    /// own.
    /// </summary>
    public TrialFacts Facts => new()
    {
        Factors = Labels is null ? [] : [new TrialFactor("label", Labels)], Targets = Names.Count > 0 ? Behaviour : null,
    };

    /// <summary>
    /// A monkey's reaches: the velocity of the hand, and the direction of each reach as label. Trials are cut to the length of the
    /// shortest.
    /// </summary>
    /// <param name="reaching">The recording; bins of 0.1 s.</param>
    /// <param name="binWidth">Seconds per bin, by which rates become counts.</param>
    /// <returns>The trials; the caller disposes them.</returns>
    public static RecordedTrials Of(MonkeyReaching reaching, double binWidth = 0.1)
    {
        ArgumentNullException.ThrowIfNull(reaching);
        using var scope = NewDisposeScope();
        var length = reaching.TrialLengths.Min();
        var starts = new int[reaching.TrialLengths.Count];
        for (var trial = 1; trial < starts.Length; trial++)
        {
            starts[trial] = starts[trial - 1] + reaching.TrialLengths[trial - 1];
        }

        Tensor Cut(Tensor bins) => stack([.. starts.Select(start => bins.narrow(0, start, length))]).to(float32);
        return new RecordedTrials(
            Cut((reaching.Rates * binWidth).round()), Cut(reaching.Velocity), ["velocity to the right", "velocity upwards"],
            [.. starts.Select(start => reaching.Directions[start] % Directions)]);
    }

    /// <summary>An animal's place on a track. Stretches are kept in which it moved at least a given way.</summary>
    /// <param name="units">The units.</param>
    /// <param name="track">Where it was.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <param name="bins">Bins per stretch.</param>
    /// <param name="leastWay">Pixels between the leftmost and the rightmost place of a stretch.</param>
    /// <returns>The stretches as trials; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">In no stretch the animal moved so far.</exception>
    public static RecordedTrials Of(
        IReadOnlyList<NeuralUnit> units, PositionTrack track, double binWidth = 0.1, int bins = 100, double leastWay = 100)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(track);
        using var scope = NewDisposeScope();
        var times = track.Times.Span;
        var start = times[0];
        var stretches = (int)((times[^1] - start) / (binWidth * bins));
        var places = track.Binned(start, binWidth, stretches * bins);
        var all = SpikeCounts.Binned(units, start, binWidth, stretches * bins);
        List<Tensor> counts = [], behaviour = [];
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var here = places.AsSpan(stretch * bins, bins).ToArray();
            if (here.All(place => double.IsFinite(place.X)) && here.Max(place => place.X) - here.Min(place => place.X) >= leastWay)
            {
                counts.Add(all.narrow(0, stretch * bins, bins));
                behaviour.Add(tensor(here.Select(place => (float)place.X).ToArray()).unsqueeze(1));
            }
        }

        return counts.Count > 0
            ? new RecordedTrials(stack(counts), stack(behaviour), ["place along the track (pixels)"])
            : throw new ArgumentException(
                $"In none of {stretches} stretches of {binWidth * bins} s the animal moved {leastWay} pixels along the track; choose "
                + "longer ones or a shorter way.", nameof(track));
    }

    /// <summary>Retinal cells under flicker: the contrast some frames ago, since a cell answers late.</summary>
    /// <param name="cells">The recording; a bin is a frame.</param>
    /// <param name="delay">Frames from the stimulus to the bin that should know it.</param>
    /// <param name="bins">Bins per trial.</param>
    /// <param name="most">At most so many trials, from the beginning.</param>
    /// <returns>The trials; the caller disposes them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public static RecordedTrials Of(RetinalCells cells, int delay = 6, int bins = 200, int most = 300)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNegative(delay);
        using var scope = NewDisposeScope();
        var trials = Math.Min(most, (cells.Stimulus.Count - delay - 1) / bins);
        var starts = cells.FrameTimes.Skip(delay).Take(trials * bins).ToArray();
        var stops = cells.FrameTimes.Skip(delay + 1).Take(trials * bins).ToArray();
        var counts = SpikeCounts.PerWindow(cells.Units, starts, stops).reshape(trials, bins, cells.Units.Count);
        var stimulus = tensor(cells.Stimulus.Take(trials * bins).Select(value => (float)value).ToArray()).reshape(trials, bins, 1);
        return new RecordedTrials(counts, stimulus, [$"contrast {delay} frames ago"]);
    }

    /// <summary>Spike counts in one window after each picture: trials of one bin, with the picture as label and no behaviour.</summary>
    /// <param name="session">The session; it must hold single repeats.</param>
    /// <returns>The trials, by picture; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The session holds means over repeats only.</exception>
    public static RecordedTrials Of(MacaqueV4Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var scope = NewDisposeScope();
        if (session.Trials is not { } repeats)
        {
            throw new ArgumentException(
                $"Session {session.Name} holds mean responses only; expected single repeats (responses_raw).", nameof(session));
        }

        var shown = repeats.isfinite().all(2); // [S, repeats]
        var counts = repeats[shown].to(float32).unsqueeze(1);
        return new RecordedTrials(
            counts, zeros([counts.shape[0], 1, 0]), [], [.. shown.nonzero().select(1, 0).Numbers<long>().Select(picture => (int)picture)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Counts.Dispose();
        Behaviour.Dispose();
    }
}
