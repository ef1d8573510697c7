using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class DemixedPcaTests
{
    private const int Repeats = 12;
    private const int Bins = 10;
    private const int Neurons = 25;

    [Fact]
    public void Planted_task_axes_are_taken_apart_and_tell_single_trials_they_did_not_see()
    {
        using var scope = NewDisposeScope();
        var (counts, facts) = Planted();
        using var model = new DemixedPcaModel();
        var (known, unseen) = Halves(counts.shape[0]);
        model.Fit(Of(counts, known), facts.Of(known));
        var found = model.Found!;

        Assert.Equal(["time", "stimulus", "decision", "stimulus x decision"], found.Parts.Keys);
        Assert.Equal(1, found.Parts.Values.Sum(), 9);
        foreach (var part in new[] { "time", "stimulus", "decision" })
        {
            var best = found.Axes.First(axis => axis.Marginalisation == part);
            Assert.True(best.Parts[part] > 0.75 * best.Explained, $"{part}: {best.Parts[part]} of {best.Explained}");
            Assert.True(best.Explained > 0.5 * found.Parts[part], $"{part}: {best.Explained} of {found.Parts[part]}");
            Assert.Equal(best.Explained, best.Parts.Values.Sum(), 9);
        }

        // little is planted for both together, and little is found
        Assert.True(found.Parts["stimulus x decision"] < 0.1);
        Assert.True(Told(model, counts, facts, known, unseen, 0) > 0.95);
        Assert.True(Told(model, counts, facts, known, unseen, 1) > 0.95);
        Assert.Contains(found.Regularisation, DemixedPcaModel.Candidates);
        Assert.Equal(DemixedPcaModel.Candidates.Count, model.Errors.Count);
    }

    [Fact]
    public void Shuffled_trials_have_no_task_axes()
    {
        using var scope = NewDisposeScope();
        var (counts, facts) = Planted();
        var order = new SeededDraws(7, stream: 1).Permutation((int)counts.shape[0]);
        var shuffled = facts with
        {
            Factors = [.. facts.Factors.Select(factor => factor with { Levels = [.. order.Select(trial => factor.Levels[trial])] })],
        };
        using var model = new DemixedPcaModel();
        var (known, unseen) = Halves(counts.shape[0]);
        model.Fit(Of(counts, known), shuffled.Of(known));

        Assert.InRange(Told(model, counts, shuffled, known, unseen, 0), 0, 1.0 / 3 + 0.25);
        Assert.InRange(Told(model, counts, shuffled, known, unseen, 1), 0, 0.5 + 0.25);
        Assert.True(model.Found!.Parts["time"] > model.Found.Parts["stimulus"] + model.Found.Parts["decision"]);
    }

    [Fact]
    public void Missing_conditions_and_single_trials_are_named()
    {
        using var scope = NewDisposeScope();
        var (counts, facts) = Planted();
        string Refused(Func<int, bool> keep, DemixedPcaOptions? options = null)
        {
            long[] kept = [.. Enumerable.Range(0, (int)counts.shape[0]).Where(keep).Select(trial => (long)trial)];
            using var model = new DemixedPcaModel(options);
            return Assert.Throws<ArgumentException>(() => model.Fit(Of(counts, kept), facts.Of(kept))).Message;
        }

        var (stimulus, decision) = (facts.Factors[0].Levels, facts.Factors[1].Levels);
        Assert.Contains("No trial has stimulus 2 with decision 1",
            Refused(trial => stimulus[trial] != 2 || decision[trial] != 1), StringComparison.Ordinal);
        Assert.Contains("decision has the same level", Refused(trial => decision[trial] == 0), StringComparison.Ordinal);
        Assert.Contains("one trial with stimulus 0 with decision 0", Refused(trial => trial == 0 || stimulus[trial] + decision[trial] > 0),
            StringComparison.Ordinal);
        Assert.Contains("cannot fill", Refused(trial => trial < 5), StringComparison.Ordinal);
        using var model = new DemixedPcaModel(new DemixedPcaOptions { Regularisation = 1e-5 });
        long[] single = [.. Enumerable.Range(0, 6).Select(trial => (long)trial)];
        model.Fit(Of(counts, single), facts.Of(single));
        Assert.True(model.Embed(counts).isfinite().all().item<bool>());
        var twins = new TrialFacts { Factors = [facts.Factors[0], facts.Factors[0]] };
        Assert.Contains("a name of its own", Assert.Throws<ArgumentException>(() => model.Fit(counts, twins)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Fit(ones_like(counts), facts));
    }

    [Fact]
    public void Silent_neurons_do_no_harm()
    {
        using var scope = NewDisposeScope();
        var (counts, facts) = Planted();
        counts[.., .., 3] = 0;
        using var model = new DemixedPcaModel(new DemixedPcaOptions { Regularisation = 0, NoiseCovariance = false });
        model.Fit(counts, facts);
        Assert.True(model.Embed(counts).isfinite().all().item<bool>());
        Assert.InRange(model.Encoders![.., 3].abs().max().item<float>(), 0, 1e-4);
    }

    /// <summary>Share of unseen trials whose level is that of the nearest mean of known ones, on the axes of a factor.</summary>
    private static double Told(DemixedPcaModel model, Tensor counts, TrialFacts facts, long[] known, long[] unseen, int factor)
    {
        var axes = model.Found!.Axes.Select((axis, place) => (axis.Marginalisation, place))
            .Where(pair => pair.Marginalisation == facts.Factors[factor].Name).Select(pair => (long)pair.place).ToArray();
        Tensor Seen(long[] trials) => model.Embed(Of(counts, trials)).index_select(2, tensor(axes)).flatten(1);
        var (examples, asked) = (Seen(known), Seen(unseen));
        int[] Levels(long[] trials) => [.. trials.Select(trial => facts.Factors[factor].Levels[(int)trial])];
        var (given, wanted) = (Levels(known), Levels(unseen));
        int[] levels = [.. given.Distinct().Order()];
        var means = stack([.. levels.Select(level => examples.index_select(0, tensor(
            Enumerable.Range(0, given.Length).Where(place => given[place] == level).Select(place => (long)place).ToArray())).mean([0]))]);
        var answers = cdist(asked, means).argmin(1).Numbers<long>();
        return answers.Zip(wanted).Average(pair => levels[pair.First] == pair.Second ? 1.0 : 0);
    }

    private static (long[] Known, long[] Unseen) Halves(long trials)
    {
        var all = Enumerable.Range(0, (int)trials).Select(trial => (long)trial).ToArray();
        return ([.. all.Where(trial => trial / 6 % 2 == 0)], [.. all.Where(trial => trial / 6 % 2 == 1)]);
    }

    private static Tensor Of(Tensor counts, long[] trials) => counts.index_select(0, tensor(trials));

    /// <summary>Spikes driven by time, a stimulus of three levels and a decision of two along random directions.</summary>
    private static (Tensor Counts, TrialFacts Facts) Planted()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(6);
        var weights = randn(3, Neurons, dtype: float64, generator: random);
        var steps = linspace(0, 1, Bins, dtype: float64).unsqueeze(1);
        int[] stimulus = [.. Enumerable.Range(0, 6 * Repeats).Select(trial => trial % 3)];
        int[] decision = [.. Enumerable.Range(0, 6 * Repeats).Select(trial => trial / 3 % 2)];
        var rates = stack([.. Enumerable.Range(0, 6 * Repeats).Select(trial =>
            6 + (2 * (steps * 2 * Math.PI).sin() * weights[0]) + ((stimulus[trial] - 1) * 1.2 * (0.5 + steps) * weights[1])
            + ((decision[trial] - 0.5) * 3 * steps * weights[2]))]).clamp(min: 0.05);
        return (poisson(rates, random).to(float32).MoveToOuterDisposeScope(),
            new TrialFacts { Factors = [new TrialFactor("stimulus", stimulus), new TrialFactor("decision", decision)] });
    }
}
