using System.Diagnostics;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Exploration;

/// <summary>
/// A recording's latent space with what speaks for it: the model's latents, the same of a control, conditions told from them over time,
/// and checks. <c>snn latents</c> and <c>notebooks/explore/latent-space.dib</c> both show it.
/// </summary>
public sealed class LatentExploration : IDisposable
{
    private LatentExploration(TrialRecording recording, ExplorationOptions options, string model, string citation, Tensor latents,
        Tensor controlCounts, Tensor controlLatents)
    {
        (Recording, Options, Model, Citation) = (recording, options, model, citation);
        (Latents, ControlCounts, ControlLatents) = (latents, controlCounts, controlLatents);
    }

    /// <summary>What was explored; it stays the caller's.</summary>
    public TrialRecording Recording { get; }

    /// <summary>How.</summary>
    public ExplorationOptions Options { get; }

    /// <summary>The model's name in tables.</summary>
    public string Model { get; }

    /// <summary>Where the model comes from.</summary>
    public string Citation { get; }

    /// <summary>[trials, T, D], float32.</summary>
    public Tensor Latents { get; }

    /// <summary>[trials, T, N], float32: the control.</summary>
    public Tensor ControlCounts { get; }

    /// <summary>[trials, T, D], float32: the same model, fitted to the control.</summary>
    public Tensor ControlLatents { get; }

    /// <summary>The conditions as told from the latents; null where there are not two with two trials.</summary>
    public ConditionDecoding? Decoding { get; private init; }

    /// <summary>The same from the control's latents.</summary>
    public ConditionDecoding? ControlDecoding { get; private init; }

    /// <summary>Of the recording; null where none were asked for.</summary>
    public ExplorationChecks? Checks { get; private init; }

    /// <summary>Of the control.</summary>
    public ExplorationChecks? ControlChecks { get; private init; }

    /// <summary>How the recording's conditions rotate; null of other models than jPCA.</summary>
    public JpcaFit? Rotations { get; private init; }

    /// <summary>The same of the control.</summary>
    public JpcaFit? ControlRotations { get; private init; }

    /// <summary>How long the first fit took.</summary>
    public TimeSpan FitTime { get; private init; }

    /// <summary>Explores a recording.</summary>
    /// <param name="recording">The recording; at least two trials of two bins.</param>
    /// <param name="options">How; null for what is usual.</param>
    /// <param name="progress">Is told what is being done.</param>
    /// <returns>The exploration; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no such model, it cannot learn from this recording, fewer than two neurons vary, or one
    /// latent number is all there is.</exception>
    /// <exception cref="LatentTrainingException">A loss or gradient became infinite or NaN.</exception>
    public static LatentExploration Of(
        TrialRecording recording, ExplorationOptions? options = null, IProgress<ExplorationProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        options ??= new ExplorationOptions();
        if (recording.Counts.shape[0] < 2 || recording.Counts.shape[1] < 2)
        {
            var (own, bins) = (recording.Counts.shape[0], recording.Counts.shape[1]);
            throw new ArgumentException(
                $"{recording.Name} has {own} trial{(own == 1 ? string.Empty : "s")} of {bins} bin{(bins == 1 ? string.Empty : "s")}; "
                + "expected at least two of each: " + (own < 2
                    ? "choose shorter stretches, or have a recording of one trial cut into stretches, its trials being none and an array "
                        + "[time, neurons]."
                    : "choose narrower bins, or leave out trials that are too short."),
                nameof(recording));
        }

        using var scope = NewDisposeScope();
        RefuseOneLine(recording);
        if (recording.AreTraces && !LatentModels.TakeTraces.Contains(options.Model))
        {
            throw new ArgumentException(
                $"{options.Model} learns from counts of spikes, and {recording.Name} holds continuous traces; expected one of "
                + $"{string.Join(", ", LatentModels.TakeTraces)}.", nameof(options));
        }

        var (step, steps) = (0, options.Checks ? 6 : 4);
        void Say(string stage) => progress?.Report(new ExplorationProgress(stage, ++step, steps));
        var fits = new ModelFits(options, recording);

        Say($"{options.Model} on {string.Join(" x ", recording.Counts.shape)} {(recording.AreTraces ? "samples" : "counts")} "
            + "(trials, bins, neurons)");
        var watch = Stopwatch.StartNew();
        var (latents, model, citation, rotations) = fits.Fitted(recording.Counts, options.Seed);
        var fitTime = watch.Elapsed;
        if (latents.shape[2] < 2)
        {
            throw new ArgumentException(
                $"{model} found one latent number for each bin of {recording.Counts.shape[2]} neurons; expected at least two, which make a "
                + "space: ask for more dimensions or another model.", nameof(options));
        }

        Say("the same on the control");
        var controlCounts = Controls.ControlCounts.Of(recording.Counts, options.Control, options.Seed, recording.Conditions);
        var (controlLatents, _, _, controlRotations) = fits.Fitted(controlCounts, options.Seed);
        Say("conditions over time");
        var decodable = recording.Conditions is { } names && names.GroupBy(name => name).Count(group => group.Count() > 1) > 1;
        ConditionDecoding? Decoded(Tensor of) => decodable ? DecodingOverTime.Of(of, recording.Conditions!, seed: options.Seed) : null;
        var (decoding, controlDecoding) = (Decoded(latents), Decoded(controlLatents));
        ExplorationChecks? checks = null, controlChecks = null;
        if (options.Checks)
        {
            Say("checks of the recording");
            checks = fits.Checked(recording.Counts, latents);
            Say("checks of the control");
            controlChecks = fits.Checked(controlCounts, controlLatents);
        }

        Say("done");
        return new LatentExploration(recording, options, model, citation, latents.DetachFromDisposeScope(),
            controlCounts.DetachFromDisposeScope(), controlLatents.DetachFromDisposeScope())
        {
            Decoding = decoding, ControlDecoding = controlDecoding, Checks = checks, ControlChecks = controlChecks, FitTime = fitTime,
            Rotations = rotations, ControlRotations = controlRotations,
        };
    }

    // counts of one neuron are a line already, and those that never change are a point
    private static void RefuseOneLine(TrialRecording recording)
    {
        var counts = recording.Counts;
        var varying = counts.amax([0, 1]).ne(counts.amin([0, 1])).sum().item<long>();
        if (varying < 2)
        {
            throw new ArgumentException(
                $"{recording.Name}: the {(recording.AreTraces ? "traces" : "counts")} of {varying} of its {counts.shape[2]} "
                + $"{(recording.AreTraces ? "usable" : "firing")} neurons differ from bin to bin; expected those "
                + "of at least two.", nameof(recording));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Latents.Dispose();
        ControlCounts.Dispose();
        ControlLatents.Dispose();
    }
}
