using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class BehaviourDecodingTests
{
    [Fact]
    public void Behaviour_that_is_linear_in_the_latents_is_read_and_that_of_other_trials_is_not()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var latents = randn(40, 20, 3);
        var behaviour = latents.matmul(randn(3, 2)) + 5 + (0.3 * randn(40, 20, 2));

        var score = BehaviourDecoding.Linear(latents, behaviour);

        Assert.InRange(score.R2, 0.9, 0.999);
        Assert.True(score.Lowest < score.R2 && score.R2 < score.Highest && score.Highest - score.Lowest < 0.1, $"{score}");
        Assert.InRange(score.Chance, -0.5, 0.1);
        Assert.Equal(8, score.Trials);
        Assert.InRange(BehaviourDecoding.Linear(randn(40, 20, 3), behaviour).R2, -0.5, 0.1);
    }

    [Fact]
    public void Labels_are_told_where_trials_differ_by_them()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        int[] labels = [.. Enumerable.Range(0, 60).Select(trial => trial % 3)];
        var means = nn.functional.one_hot(tensor(labels.Select(label => (long)label).ToArray()), 3).to(ScalarType.Float32).unsqueeze(1);

        var told = BehaviourDecoding.Labels((3 * means) + randn(60, 5, 3), labels);
        var blind = BehaviourDecoding.Labels(randn(60, 5, 3), labels);

        Assert.InRange(told.Accuracy, 0.9, 1);
        Assert.InRange(blind.Accuracy, 0, 0.8);
        Assert.InRange(told.Chance, 1.0 / 3, 0.8);
        Assert.Equal(12, told.Answers.Count);
        Assert.Equal(told.Accuracy, told.Confusion(3).Accuracy, 12);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[4, 2, 1]", Assert.Throws<ArgumentException>(() => BehaviourDecoding.Linear(ones(5, 2, 1), ones(4, 2, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains("4 trials", Assert.Throws<ArgumentException>(() => BehaviourDecoding.Linear(ones(4, 2, 1), ones(4, 2, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains("3 labels", Assert.Throws<ArgumentException>(() => BehaviourDecoding.Labels(ones(5, 2, 1), [0, 1, 2])).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 names",
            Assert.Throws<ArgumentException>(() => new RecordedTrials(ones(5, 2, 1), ones(5, 2, 1), ["a", "b"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_are_told_by_a_linear_map_and_shown_as_a_matrix()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var angle = linspace(0, 1, 90).mul(6.2).unsqueeze(1);
        var latents = cat([angle.sin(), angle.cos(), (2 * angle).sin(), (2 * angle).cos()], 1).unsqueeze(0).expand(10, 90, 4)
            + (0.1 * randn(10, 90, 4));

        var told = StimulusDecoding.FramesLinearly(latents, window: 10);

        Assert.InRange(told.Accuracy, 0.8, 1);
        Assert.Equal(StimulusDecoding.Frames(latents, window: 10).Chance, told.Chance);
        Assert.Equal(0, told.K);
        var matrix = told.Confusion(90);
        Assert.Equal(30, matrix.ClassNames.Count);
        Assert.Equal("87-89", matrix.ClassNames[^1]);
        Assert.Equal(told.Count, matrix.Total);
        Assert.InRange(StimulusDecoding.FramesLinearly(randn(10, 90, 4), window: 10).Accuracy, 0, told.Chance + 0.15);
    }

    [SharedFact("data/monkey_m1_chewie/firing_rates.npy")]
    public void Reaches_of_a_monkey_are_trials_whose_counts_know_velocity_and_direction()
    {
        using var scope = NewDisposeScope();
        using var reaching = MonkeyReaching.FromArrays(Repository.SharedPath("data/monkey_m1_chewie")!);
        using var trials = RecordedTrials.Of(reaching);

        Assert.Equal([159, 9, 174], trials.Counts.shape);
        Assert.InRange(BehaviourDecoding.Linear(trials.Counts, trials.Behaviour).R2, 0.2, 0.9);
        Assert.InRange(BehaviourDecoding.Labels(trials.Counts, trials.Labels!).Accuracy, 0.5, 1);
    }

    [SharedFact("data/rat_hippocampus_linear_track/spikes.mat")]
    public void A_rats_stretches_are_those_in_which_it_ran()
    {
        using var scope = NewDisposeScope();
        var folder = Repository.SharedPath("data/rat_hippocampus_linear_track")!;
        using var trials = RecordedTrials.Of(MatSpikes.Find(MatFile.Read(Path.Combine(folder, "spikes.mat"))),
            PositionTrack.Read(Path.Combine(folder, "trajectory.videoPositionTracking")));

        Assert.Equal([100, 31], trials.Counts.shape[1..]);
        Assert.InRange(trials.Counts.shape[0], 20, 198);
        Assert.InRange(trials.Behaviour.min().item<float>(), 130, 250);
        Assert.InRange(trials.Behaviour.max().item<float>(), 450, 560);
    }

    [SharedFact("data/retina_rgc/Stim.mat")]
    public void Retinal_cells_know_the_contrast_some_frames_ago()
    {
        using var scope = NewDisposeScope();
        var cells = RetinalCells.Load(Repository.SharedPath("data/retina_rgc")!);
        double Known(int delay)
        {
            using var trials = RecordedTrials.Of(cells, delay, most: 50);
            return BehaviourDecoding.Linear(trials.Counts, trials.Behaviour).R2;
        }

        Assert.True(Known(6) > Known(60) + 0.02, $"{Known(6)}, {Known(60)}");
    }

    [SharedFact("data/macaque_v4/responses_raw/responses_210325.npy")]
    public void Repeats_of_pictures_are_trials_of_one_bin_with_the_picture_as_label()
    {
        using var session = MacaqueV4Session.Read(Repository.SharedPath("data/macaque_v4")!, "210325");
        using var trials = RecordedTrials.Of(session);
        using var averaged = MacaqueV4Session.Read(Repository.SharedPath("data/macaque_v4")!, "201025");

        var pictures = trials.Labels!;
        Assert.Equal([4840, 1, 50], trials.Counts.shape);
        Assert.Equal(640, pictures.Distinct().Count());
        Assert.Null(trials.Facts.Targets);
        using var third = tensor(
            Enumerable.Range(0, pictures.Count).Where(trial => pictures[trial] == 2).Select(trial => (long)trial).ToArray());
        using var mean = trials.Counts.index_select(0, third).mean([0, 1]);
        Assert.True(allclose(mean, session.Responses[2].to(ScalarType.Float32)));
        Assert.Contains("mean responses only", Assert.Throws<ArgumentException>(() => RecordedTrials.Of(averaged)).Message,
            StringComparison.Ordinal);
    }
}
